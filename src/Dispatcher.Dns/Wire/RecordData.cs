using System.Buffers.Binary;
using System.Net;
using System.Text;
using Dispatcher.Core.Dns;

namespace Dispatcher.Dns.Wire;

/// <summary>Reads the data of one record. Null: it is malformed. Pure; never throws for any input.</summary>
internal static class RecordData
{
    public static IPAddress? Address(DnsResponse response, DnsRecord record, int octets) =>
        record.Length == octets ? new IPAddress(response.Message.AsSpan(record.Start, octets)) : null;

    /// <summary>Data that is one name and nothing else.</summary>
    public static string? Name(DnsResponse response, DnsRecord record)
    {
        var at = record.Start;
        return NameCodec.Read(Upto(response, record), ref at) is { } name && at == record.Start + record.Length ? name : null;
    }

    public static MxRecord? Mx(DnsResponse response, DnsRecord record)
    {
        if (record.Length < 3)
        {
            return null;
        }

        var at = record.Start + 2;
        return NameCodec.Read(Upto(response, record), ref at) is { } name && at == record.Start + record.Length
            ? new MxRecord(BinaryPrimitives.ReadUInt16BigEndian(response.Message.AsSpan(record.Start)), name)
            : null;
    }

    /// <summary>Strings joined; an octet becomes the character of its number.</summary>
    public static string? Text(DnsResponse response, DnsRecord record)
    {
        var rest = response.Message.AsSpan(record.Start, record.Length);
        var text = new StringBuilder(record.Length);
        while (!rest.IsEmpty)
        {
            int length = rest[0];
            if (length >= rest.Length)
            {
                return null;
            }

            text.Append(Encoding.Latin1.GetString(rest.Slice(1, length)));
            rest = rest[(length + 1)..];
        }

        return text.ToString();
    }

    public static SoaRecord? Soa(DnsResponse response, DnsRecord record)
    {
        const int numbers = 20;
        var at = record.Start;
        var within = Upto(response, record);
        return NameCodec.Read(within, ref at) is { } server && NameCodec.Read(within, ref at) is { } mailbox && at + numbers == record.Start + record.Length
            ? new SoaRecord(
                server,
                mailbox,
                BinaryPrimitives.ReadUInt32BigEndian(within[at..]),
                TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(within[(at + 16)..])))
            : null;
    }

    /// <summary>The message up to the record's end: a name must not run beyond it.</summary>
    private static ReadOnlySpan<byte> Upto(DnsResponse response, DnsRecord record) => response.Message.AsSpan(0, record.Start + record.Length);
}
