using System.Buffers.Binary;

namespace Dispatcher.Dns.Wire;

/// <summary>Writes queries: one question, recursion desired, with EDNS (RFC 6891) unless a server does not know it.</summary>
internal static class QueryWriter
{
    /// <summary>Octets that the largest query needs.</summary>
    public const int MaxLength = HeaderLength + NameCodec.MaxOctets + 4 + OptLength;

    /// <summary>The largest UDP answer that we ask for: below what gets fragmented anywhere (DNS Flag Day 2020).</summary>
    public const ushort UdpPayload = 1232;

    public const int HeaderLength = 12;
    private const int OptLength = 11;
    private const ushort RecursionDesired = 0x0100;
    private const ushort ClassIn = 1;

    /// <param name="name">In wire form.</param>
    /// <returns>Octets written.</returns>
    public static int Write(Span<byte> buffer, ushort id, ReadOnlySpan<byte> name, RecordType type, bool edns)
    {
        buffer[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(buffer, id);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[4..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], edns ? (ushort)1 : (ushort)0);
        name.CopyTo(buffer[HeaderLength..]);
        var at = HeaderLength + name.Length;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 2)..], ClassIn);
        at += 4;
        if (!edns)
        {
            return at;
        }

        var opt = buffer.Slice(at, OptLength);
        opt.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)RecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], UdpPayload);
        return at + OptLength;
    }
}
