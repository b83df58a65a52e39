namespace Dispatcher.Worker.Bounces;

/// <summary>
/// Reads a text line by line in bounded memory: of a line only the first characters are kept, the rest is skipped. Empty lines are
/// skipped.
/// </summary>
/// <param name="reader">Stays the caller's.</param>
internal sealed class BoundedLines(TextReader reader)
{
    /// <summary>Characters kept of a line.</summary>
    public const int MaxLength = 8192;

    private readonly char[] _block = new char[32 * 1024];
    private readonly char[] _line = new char[MaxLength];
    private int _at;
    private int _end;

    /// <summary>The line that was read last, without its end; valid until the next call.</summary>
    public ReadOnlyMemory<char> Line { get; private set; }

    /// <summary>Reads the next line. False: there is none.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var kept = 0;
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await reader.ReadAsync(_block, cancellationToken));
                if (_end == 0)
                {
                    Line = _line.AsMemory(0, kept);
                    return !Line.Span.IsWhiteSpace();
                }
            }

            var rest = _block.AsSpan(_at, _end - _at);
            var length = rest.IndexOf('\n');
            var part = length < 0 ? rest : rest[..length];
            _at += length < 0 ? part.Length : part.Length + 1;
            part = part[..Math.Min(part.Length, MaxLength - kept)];
            part.CopyTo(_line.AsSpan(kept));
            kept += part.Length;
            if (length < 0)
            {
                continue;
            }

            kept -= kept > 0 && _line[kept - 1] == '\r' ? 1 : 0;
            if (_line.AsSpan(0, kept).IsWhiteSpace())
            {
                kept = 0;
                continue;
            }

            Line = _line.AsMemory(0, kept);
            return true;
        }
    }
}
