using System.Buffers;

namespace Dispatcher.Smtp.Mime;

/// <summary>Quoted-printable of RFC 2045 6.7 for text with CRLF line ends: lines of at most 76 characters.</summary>
/// <remarks>A text may come in runs: the column is carried from one to the next.</remarks>
internal static class QuotedPrintable
{
    /// <summary>One column less than allowed: it is kept for the "=" of a soft line break.</summary>
    public const int Room = 75;

    // What may stand as it is: all visible ASCII but "=". Space and tab only where another character follows on the line.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create(" \t!\"#$%&'()*+,-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>How many octets are escaped; CRLF counts as none.</summary>
    public static int CountEscapes(ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (int at; (at = text.IndexOfAnyExcept(Plain)) >= 0;)
        {
            text = text[at..];
            var isBreak = text.StartsWith("\r\n"u8);
            count += isBreak ? 0 : 1;
            text = text[(isBreak ? 2 : 1)..];
        }

        return count;
    }

    public static void Encode(ReadOnlySpan<byte> text, ref int column, MessageBuffer output)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExcept(Plain);
            plain = plain < 0 ? text.Length : plain;
            if (plain > 0)
            {
                EncodePlain(text[..plain], ref column, output);
                text = text[plain..];
            }
            else if (text.StartsWith("\r\n"u8))
            {
                EndLine(ref column, output);
                text = text[2..];
            }
            else
            {
                Escape(text[0], Room, ref column, output);
                text = text[1..];
            }
        }
    }

    /// <summary>A hard line break. A blank before it would get lost on the way: it is escaped.</summary>
    public static void EndLine(ref int column, MessageBuffer output)
    {
        EscapeLastBlank(ref column, output);
        output.Write("\r\n"u8);
        column = 0;
    }

    /// <summary>To be called before a hard line break is written.</summary>
    public static void EscapeLastBlank(ref int column, MessageBuffer output)
    {
        if (column > 0 && output.Written[^1] is var blank && (blank is (byte)' ' or (byte)'\t'))
        {
            output.TakeBack(1);
            column--;
            Escape(blank, Room + 1, ref column, output);
        }
    }

    public static void SoftBreak(ref int column, MessageBuffer output)
    {
        output.Write("=\r\n"u8);
        column = 0;
    }

    private static void EncodePlain(ReadOnlySpan<byte> text, ref int column, MessageBuffer output)
    {
        while (column + text.Length > Room)
        {
            output.Write(text[..(Room - column)]);
            text = text[(Room - column)..];
            SoftBreak(ref column, output);
        }

        output.Write(text);
        column += text.Length;
    }

    private static void Escape(byte value, int room, ref int column, MessageBuffer output)
    {
        if (column + 3 > room)
        {
            SoftBreak(ref column, output);
        }

        var hex = "0123456789ABCDEF"u8;
        output.Write([(byte)'=', hex[value >> 4], hex[value & 15]]);
        column += 3;
    }
}
