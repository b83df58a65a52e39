using System.Buffers;

namespace Dispatcher.Smtp.Mime;

/// <summary>Quoted-printable of RFC 2045 6.7 for text: lines of at most 76 characters, CRLF between them.</summary>
internal static class QuotedPrintable
{
    private const int Width = 76;

    // What may stand as it is: all visible ASCII but "=". Space and tab only where another character follows.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create(" \t!\"#$%&'()*+,-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Encodes one line, given without its line end, and ends it with CRLF.</summary>
    public static void EncodeLine(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        var column = 0;
        while (!line.IsEmpty)
        {
            var plain = PlainLength(line);
            if (plain > 0)
            {
                // One column is kept for the "=" of a soft line break.
                plain = Math.Min(plain, Width - 1 - column);
                if (plain > 0)
                {
                    output.Write(line[..plain]);
                    line = line[plain..];
                    column += plain;
                }
            }
            else if (column + 3 <= Width - 1)
            {
                WriteEscaped(line[0], output);
                line = line[1..];
                column += 3;
                continue;
            }

            if (!line.IsEmpty && (column >= Width - 1 || (PlainLength(line) == 0 && column + 3 > Width - 1)))
            {
                output.Write("=\r\n"u8);
                column = 0;
            }
        }

        output.Write("\r\n"u8);
    }

    private static int PlainLength(ReadOnlySpan<byte> line)
    {
        // More than a row is never written at once, and looking further would make long lines quadratic.
        var row = line[..Math.Min(line.Length, Width)];
        var end = row.IndexOfAnyExcept(Plain);
        if (end >= 0 || row.Length < line.Length)
        {
            return end >= 0 ? end : row.Length;
        }

        // White space at the very end would be lost on the way, so it is escaped.
        return line[^1] is (byte)' ' or (byte)'\t' ? line.Length - 1 : line.Length;
    }

    private static void WriteEscaped(byte value, IBufferWriter<byte> output)
    {
        var span = output.GetSpan(3);
        span[0] = (byte)'=';
        span[1] = "0123456789ABCDEF"u8[value >> 4];
        span[2] = "0123456789ABCDEF"u8[value & 15];
        output.Advance(3);
    }
}
