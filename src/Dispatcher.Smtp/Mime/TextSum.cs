namespace Dispatcher.Smtp.Mime;

/// <summary>Adds up the runs of a body, and says which transfer encoding is the smallest that is allowed.</summary>
/// <remarks>8bit never is: the content is made, and signed, before the server is known. See docs/adr/0008.</remarks>
internal struct TextSum
{
    // RFC 5322 2.1.1: no line may be longer, without CRLF.
    private const int LongestLine = 998;

    private long _length;
    private long _escapes;
    private bool _unfit;
    private int _line;
    private int _longest;

    public void Add(in TextRun run)
    {
        _length += run.Length;
        _escapes += run.Escapes;
        _unfit |= !run.Plain;
        _longest = Math.Max(_longest, Math.Max(_line + run.First, run.Longest));
        _line = run.HasBreak ? run.Last : _line + run.Last;
    }

    public readonly TransferEncoding Choose()
    {
        if (!_unfit && _longest <= LongestLine)
        {
            return TransferEncoding.SevenBit;
        }

        // Lines of 72 to 75 characters and a soft line end; lines of 76 characters and a line end.
        var quoted = _length + (2 * _escapes);
        quoted += 3 * quoted / 74;
        var base64 = (_length + 2) / 3 * 4 * 78 / 76;
        return quoted <= base64 ? TransferEncoding.QuotedPrintable : TransferEncoding.Base64;
    }
}

/// <summary>RFC 2045 6.</summary>
internal enum TransferEncoding
{
    /// <summary>Never set: a bug.</summary>
    Unset = 0,

    SevenBit,

    QuotedPrintable,

    Base64,
}
