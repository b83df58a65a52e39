using System.Buffers;
using System.IO.Pipelines;

namespace Dispatcher.Worker.Intake;

/// <summary>
/// Reads lines (LF or CRLF) in bounded memory: one over the limit is skipped to its end and reported, not kept. A byte order mark before
/// the first line is dropped. Used by one reader at a time.
/// </summary>
internal sealed class LineReader(PipeReader input, int longestLine)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private long _number;

    /// <summary>Bytes read so far, for progress.</summary>
    public long BytesRead { get; private set; }

    /// <returns>Null at the end.</returns>
    public async ValueTask<InputLine?> ReadAsync(CancellationToken cancellationToken)
    {
        var skipping = false;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            if (read.IsCanceled)
            {
                throw new OperationCanceledException(cancellationToken);
            }

            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Take(buffer.Slice(0, end), skipping);
                Advance(buffer.Slice(0, buffer.GetPosition(1, end)).Length, buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted)
            {
                var last = buffer.IsEmpty && !skipping ? (InputLine?)null : Take(buffer, skipping);
                Advance(buffer.Length, buffer.End);
                return last;
            }

            // CR and BOM may still come off, so a line is surely too long only a few bytes later.
            if (skipping || buffer.Length > longestLine + 4)
            {
                skipping = true;
                Advance(buffer.Length, buffer.End);
            }
            else
            {
                input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    private void Advance(long bytes, SequencePosition to)
    {
        BytesRead += bytes;
        input.AdvanceTo(to);
    }

    private InputLine Take(ReadOnlySequence<byte> bytes, bool skipped)
    {
        _number++;
        if (skipped || bytes.Length > longestLine + 4)
        {
            return new(_number, default, TooLong: true);
        }

        var line = bytes.ToArray().AsMemory();
        if (_number == 1 && line.Span.StartsWith(ByteOrderMark))
        {
            line = line[ByteOrderMark.Length..];
        }

        if (line.Span.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        return line.Length > longestLine ? new(_number, default, TooLong: true) : new(_number, line, TooLong: false);
    }
}
