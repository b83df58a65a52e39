using System.Buffers.Binary;

namespace Dispatcher.Simulators.Dns;

/// <summary>Builds responses, sound or not: tests write the counts and octets that they want.</summary>
public sealed class DnsMessage
{
    /// <summary>A pointer to the question's name.</summary>
    public static readonly byte[] QuestionName = [0xC0, 12];

    private readonly List<byte> _octets = [];

    /// <summary>Begins a response to a query, with its question and no records.</summary>
    public DnsMessage(ReadOnlySpan<byte> query, DnsQuestion question, int code = 0)
    {
        _octets.AddRange(query[..DnsQuestion.HeaderLength]);
        _octets.AddRange(query.Slice(DnsQuestion.HeaderLength, question.Length));
        Set(2, (ushort)(0x8400 | code)); // response, authoritative
        Set(6, 0);
        Set(8, 0);
        Set(10, 0);
    }

    public int Length => _octets.Count;

    /// <summary>Adds a record to the answers.</summary>
    public DnsMessage Answer(byte[] owner, DnsType type, uint timeToLive, byte[] data) => Add(6, owner, type, timeToLive, data);

    /// <summary>Adds a record to the authorities; answers come first.</summary>
    public DnsMessage Authority(byte[] owner, DnsType type, uint timeToLive, byte[] data) => Add(8, owner, type, timeToLive, data);

    /// <summary>Overwrites two octets: 0 id, 2 flags, 4 to 10 counts.</summary>
    public DnsMessage Set(int offset, ushort value)
    {
        (_octets[offset], _octets[offset + 1]) = ((byte)(value >> 8), (byte)value);
        return this;
    }

    public DnsMessage Raw(params ReadOnlySpan<byte> octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    public byte[] ToArray() => [.. _octets];

    private DnsMessage Add(int counter, byte[] owner, DnsType type, uint timeToLive, byte[] data)
    {
        Span<byte> head = stackalloc byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], timeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(head[8..], (ushort)data.Length);
        _octets.AddRange(owner);
        _octets.AddRange(head);
        _octets.AddRange(data);
        return Set(counter, (ushort)(((_octets[counter] << 8) | _octets[counter + 1]) + 1));
    }
}
