using System.Buffers.Binary;
using System.Text;

namespace Dispatcher.Simulators.Dns;

/// <summary>The question of a query.</summary>
/// <param name="Name">As it was asked, without the last dot.</param>
/// <param name="Length">Octets of name, type and class in the query.</param>
/// <param name="UdpPayload">What the asker can take by UDP: 512 unless it says so by EDNS.</param>
public sealed record DnsQuestion(string Name, DnsType Type, int Length, int UdpPayload)
{
    internal const int HeaderLength = 12;
    private const int OptType = 41;

    /// <returns>Null: no query with one plain question.</returns>
    public static DnsQuestion? Read(ReadOnlySpan<byte> query)
    {
        if (query.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(query[4..]) != 1)
        {
            return null;
        }

        var name = new StringBuilder();
        var at = HeaderLength;
        for (; at < query.Length && query[at] is > 0 and < 64 and var length; at += length + 1)
        {
            if (at + 1 + length >= query.Length)
            {
                return null;
            }

            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(query.Slice(at + 1, length)));
        }

        if (at + 5 > query.Length || query[at] != 0)
        {
            return null;
        }

        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]);
        var payload = query.Length >= at + 10 && BinaryPrimitives.ReadUInt16BigEndian(query[(at + 6)..]) == OptType
            ? BinaryPrimitives.ReadUInt16BigEndian(query[(at + 8)..])
            : 512;
        return new(name.ToString(), type, at + 5 - HeaderLength, Math.Max(512, payload));
    }
}
