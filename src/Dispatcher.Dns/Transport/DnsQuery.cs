using System.Security.Cryptography;
using Dispatcher.Dns.Wire;

namespace Dispatcher.Dns.Transport;

/// <summary>One question on its way to one server, with an id that nobody can guess (RFC 5452 section 4.3). A new one for each try.</summary>
internal sealed class DnsQuery
{
    private readonly int _questionLength;

    /// <param name="name">In wire form.</param>
    public DnsQuery(ReadOnlySpan<byte> name, RecordType type, bool edns)
    {
        Span<byte> id = stackalloc byte[2];
        RandomNumberGenerator.Fill(id);
        Id = (ushort)((id[0] << 8) | id[1]);
        var buffer = new byte[QueryWriter.MaxLength];
        Packet = buffer.AsMemory(0, QueryWriter.Write(buffer, Id, name, type, edns));
        _questionLength = name.Length + 4;
    }

    public ushort Id { get; }

    public ReadOnlyMemory<byte> Packet { get; }

    public bool IsAnsweredBy(ReadOnlySpan<byte> message) =>
        ResponseReader.Answers(message, Id, Packet.Span.Slice(QueryWriter.HeaderLength, _questionLength));

    /// <summary>For a message that <see cref="IsAnsweredBy"/> let through. Null: malformed.</summary>
    public DnsResponse? Read(byte[] message) => ResponseReader.Read(message, _questionLength);
}
