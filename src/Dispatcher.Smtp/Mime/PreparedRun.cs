namespace Dispatcher.Smtp.Mime;

/// <summary>A literal run of a template with what can be known of it before any message: normalised, and in quoted-printable.</summary>
/// <remarks>
/// How quoted-printable is folded depends on the column where the run begins, but only up to its first line end, and only if that piece
/// does not fit: then it begins on a new line. So there are at most two pieces to copy.
/// </remarks>
internal sealed class PreparedRun
{
    private readonly byte[] _head;
    private readonly int _headEnd;
    private readonly bool _headIsFolded;
    private readonly byte[] _tail;
    private readonly int _tailEnd;

    public PreparedRun(ReadOnlySpan<byte> literal)
    {
        var buffer = new MessageBuffer();
        TextRun.Normalize(literal, buffer);
        Text = buffer.Written.ToArray();
        Run = TextRun.Of(Text);

        // 1. Up to the first line end. "Folded" also when it just does not fit: it then begins on a new line.
        buffer.Clear();
        QuotedPrintable.Encode(Text.AsSpan(0, Run.First), ref _headEnd, buffer);
        _head = buffer.Written.ToArray();
        _headIsFolded = _head.Length != _headEnd;

        // 2. From there on.
        buffer.Clear();
        QuotedPrintable.Encode(Text.AsSpan(Run.First), ref _tailEnd, buffer);
        _tail = buffer.Written.ToArray();
    }

    /// <summary>With CRLF line ends.</summary>
    public byte[] Text { get; }

    public TextRun Run { get; }

    public void WriteQuoted(ref int column, MessageBuffer output)
    {
        if (column > 0 && (_headIsFolded || column + _head.Length > QuotedPrintable.Room) && _head.Length > 0)
        {
            QuotedPrintable.SoftBreak(ref column, output);
        }

        output.Write(_head);
        column = _headIsFolded ? _headEnd : column + _headEnd;
        if (_tail.Length > 0)
        {
            QuotedPrintable.EscapeLastBlank(ref column, output);
            output.Write(_tail);
            column = _tailEnd;
        }
    }
}
