using System.Text;

namespace Dispatcher.Smtp.Replies;

internal enum ParseResult
{
    NeedMore = 0,
    Complete,
    Malformed,
}

/// <summary>Reads replies from bytes that come in pieces of any size (RFC 5321 4.2.1). One per connection; not thread-safe.</summary>
/// <remarks>
/// Lenient where servers are sloppy (a lone LF ends a line, text may be missing), strict where a mistake would make us read one reply as
/// another (three digits, the same code on every line). A long line is cut, a long reply is malformed: a peer cannot fill our memory.
/// After <see cref="ParseResult.Malformed"/> the connection is of no more use.
/// </remarks>
internal sealed class ReplyParser
{
    private const int KeptOfLine = 1_000;
    private const int MostBytes = 64 * 1024;

    private readonly byte[] _line = new byte[KeptOfLine];
    private readonly List<string> _lines = new(1); // texts of the lines before the last one
    private int _kept;
    private int _seen;
    private bool _complete; // until the next byte is fed

    /// <summary>200 to 599, after <see cref="ParseResult.Complete"/>.</summary>
    public int Code { get; private set; }

    /// <summary>The line of a complete reply that has one line, without its line end; empty: it has several. Until the next feed.</summary>
    public ReadOnlySpan<byte> OnlyLine => _complete && _lines.Count == 0 ? _line.AsSpan(0, _kept) : [];

    /// <summary>Takes bytes up to the end of one reply; <paramref name="used"/> says how many.</summary>
    public ParseResult Feed(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        while (used < bytes.Length)
        {
            Forget();
            var rest = bytes[used..];
            var end = rest.IndexOf((byte)'\n');
            var part = end < 0 ? rest : rest[..end];
            used += end < 0 ? part.Length : part.Length + 1;
            _seen += part.Length + 1;
            if (_seen > MostBytes)
            {
                return ParseResult.Malformed;
            }

            Keep(part);
            if (end >= 0 && EndLine() is var result and not ParseResult.NeedMore)
            {
                return result;
            }
        }

        return ParseResult.NeedMore;
    }

    /// <summary>As the other one, with the whole reply.</summary>
    public ParseResult Feed(ReadOnlySpan<byte> bytes, out int used, out SmtpReply? reply)
    {
        var result = Feed(bytes, out used);
        reply = result == ParseResult.Complete ? TakeReply() : null;
        return result;
    }

    /// <summary>The reply that is complete: most are only asked for their code, so its texts are made here.</summary>
    public SmtpReply TakeReply() => _complete
        ? new SmtpReply(Code, [.. _lines, TextOf(_line.AsSpan(0, _kept))])
        : throw new InvalidOperationException("There is no complete reply.");

    private void Forget()
    {
        if (_complete)
        {
            _complete = false;
            _lines.Clear();
            _kept = 0;
            _seen = 0;
        }
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        part = part[..Math.Min(part.Length, KeptOfLine - _kept)];
        part.CopyTo(_line.AsSpan(_kept));
        _kept += part.Length;
    }

    private ParseResult EndLine()
    {
        var line = _line.AsSpan(0, _kept).TrimEnd((byte)'\r');
        _kept = line.Length;
        if (!TryReadCode(line, out var code) || (_lines.Count > 0 && code != Code))
        {
            return ParseResult.Malformed;
        }

        _complete = line.Length == 3 || line[3] == (byte)' ';
        if (!_complete && line[3] != (byte)'-')
        {
            return ParseResult.Malformed;
        }

        Code = code;
        if (_complete)
        {
            return ParseResult.Complete;
        }

        _lines.Add(TextOf(line));
        _kept = 0;
        return ParseResult.NeedMore;
    }

    private static string TextOf(ReadOnlySpan<byte> line) => line.Length <= 4 ? "" : Encoding.UTF8.GetString(line[4..]);

    private static bool TryReadCode(ReadOnlySpan<byte> line, out int code)
    {
        code = 0;
        if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5' || line[..3].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        return true;
    }
}
