namespace Dispatcher.Smtp.Wire;

/// <summary>
/// Turns content into what follows DATA, a block at a time: lines end in CRLF, dots are stuffed, the final dot comes last
/// (RFC 5321 4.5.2).
/// </summary>
/// <remarks>A bare CR or LF becomes CRLF before dots are stuffed: else it could hide a second message from us, not from the peer.</remarks>
internal struct ContentEncoder(ReadOnlyMemory<byte> content)
{
    // A dot before the line, CRLF after it.
    private const int Extra = 3;

    private int _read;
    private bool _midLine;

    /// <summary>The final dot with its line end: what must not go out before its time. Without content it is an empty message.</summary>
    public static ReadOnlySpan<byte> FinalDot => ".\r\n"u8;

    /// <summary>All of the content has been encoded; the final dot has not.</summary>
    public readonly bool IsAtEnd => _read == content.Length && !_midLine;

    /// <summary>Bytes that are enough for most content in one block, without the final dot.</summary>
    public static int Estimate(int contentLength) => contentLength + (contentLength / 64) + 64;

    /// <summary>Fills a block as far as content and room go; returns how many bytes it wrote. The room must be 16 bytes at least.</summary>
    public int Encode(Span<byte> block)
    {
        var written = 0;
        while (!IsAtEnd)
        {
            var rest = content.Span[_read..];
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            var room = block.Length - written - Extra;
            if (room <= 0 || (line.Length > room && written > 0))
            {
                break;
            }

            if (!_midLine && line.StartsWith((byte)'.'))
            {
                block[written++] = (byte)'.';
            }

            if (line.Length > room)
            {
                // A line longer than a block goes out in parts.
                line[..room].CopyTo(block[written..]);
                _read += room;
                _midLine = true;
                return written + room;
            }

            line.CopyTo(block[written..]);
            written += line.Length;
            block[written++] = (byte)'\r';
            block[written++] = (byte)'\n';
            _read += line.Length + (end < 0 ? 0 : rest[end..].StartsWith("\r\n"u8) ? 2 : 1);
            _midLine = false;
        }

        return written;
    }
}
