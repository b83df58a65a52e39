using System.Buffers.Binary;
using System.Text;

namespace Dispatcher.Dns.Wire;

/// <summary>
/// Reads responses (RFC 1035 section 4) as those of strangers: bounds first, no pointer that does not lead back, no more records than anyone needs.
/// Pure; never throws for any input, and its time grows with the length of the message at most times that of a name.
/// </summary>
internal static class ResponseReader
{
    /// <summary>More records than this in a section is no answer to anything that we ask.</summary>
    public const int MostRecords = 1000;

    private const ushort IsResponse = 0x8000;
    private const ushort OperationCode = 0x7800;
    private const ushort IsTruncated = 0x0200;
    private const ushort ClassIn = 1;

    // A time to live with its first bit set counts as zero (RFC 2181 section 8).
    private const uint MostTimeToLive = int.MaxValue;

    /// <summary>True when the message is a response with this id to this question: anything else is not for us.</summary>
    /// <param name="question">Name, type and class as we sent them.</param>
    public static bool Answers(ReadOnlySpan<byte> message, ushort id, ReadOnlySpan<byte> question)
    {
        if (message.Length < QueryWriter.HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(message) != id)
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & (IsResponse | OperationCode)) != IsResponse)
        {
            return false;
        }

        var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        if (questions == 0)
        {
            // A server that did not understand the query at all may leave the question out.
            return CodeOf(message) is ResponseCode.FormatError or ResponseCode.NotImplemented or ResponseCode.Refused or ResponseCode.ServerFailure;
        }

        var body = message[QueryWriter.HeaderLength..];
        return questions == 1 && body.Length >= question.Length && Ascii.EqualsIgnoreCase(body[..(question.Length - 4)], question[..^4])
            && body.Slice(question.Length - 4, 4).SequenceEqual(question[^4..]);
    }

    /// <summary>Takes a message apart for which <see cref="Answers"/> was true.</summary>
    /// <returns>Null: it is malformed.</returns>
    public static DnsResponse? Read(byte[] message, int questionLength)
    {
        var span = message.AsSpan();
        var code = CodeOf(span);
        var truncated = (BinaryPrimitives.ReadUInt16BigEndian(span[2..]) & IsTruncated) != 0;
        if (truncated || code is not (ResponseCode.NoError or ResponseCode.NoSuchDomain))
        {
            return new(message, code, truncated, [], []);
        }

        var at = QueryWriter.HeaderLength + questionLength;
        var answers = ReadSection(span, BinaryPrimitives.ReadUInt16BigEndian(span[6..]), ref at);
        var authorities = answers is null ? null : ReadSection(span, BinaryPrimitives.ReadUInt16BigEndian(span[8..]), ref at);
        return authorities is null ? null : new(message, code, false, answers!, authorities);
    }

    private static ResponseCode CodeOf(ReadOnlySpan<byte> message) => (ResponseCode)(message[3] & 0x0F);

    private static List<DnsRecord>? ReadSection(ReadOnlySpan<byte> message, int count, ref int at)
    {
        if (count > MostRecords)
        {
            return null;
        }

        var records = new List<DnsRecord>(Math.Min(count, 16));
        for (var i = 0; i < count; i++)
        {
            if (NameCodec.Read(message, ref at) is not { } owner || at + 10 > message.Length)
            {
                return null;
            }

            var head = message[at..];
            var type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(head);
            var isIn = BinaryPrimitives.ReadUInt16BigEndian(head[2..]) == ClassIn;
            var timeToLive = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[8..]);
            at += 10;
            if (at + length > message.Length)
            {
                return null;
            }

            if (isIn)
            {
                records.Add(new(owner.ToLowerInvariant(), type, timeToLive > MostTimeToLive ? 0 : timeToLive, at, length));
            }

            at += length;
        }

        return records;
    }
}
