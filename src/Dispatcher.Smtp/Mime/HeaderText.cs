using System.Globalization;
using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>Makes free text, given as UTF-8, fit for a header field.</summary>
internal static class HeaderText
{
    /// <summary>
    /// Control characters and line separators become one space each; trimmed; cut at <paramref name="longest"/> octets, whole characters
    /// only. Works in place.
    /// </summary>
    public static ReadOnlySpan<byte> OneLine(Span<byte> text, int longest)
    {
        var length = Ascii.IsValid(text) ? Blank(text) : Clean(text);
        if (length > longest)
        {
            length = longest;
            while (length > 0 && (text[length] & 0xC0) == 0x80)
            {
                length--;
            }
        }

        return text[..length].Trim((byte)' ');
    }

    /// <summary>Visible ASCII but angle brackets stays, all else becomes <c>-</c>; cut at <paramref name="longest"/> characters.</summary>
    public static void WriteIdentifier(ReadOnlySpan<char> text, int longest, MessageBuffer output)
    {
        var length = Math.Min(text.Length, longest);
        var span = output.GetSpan(length);
        for (var i = 0; i < length; i++)
        {
            span[i] = text[i] is > ' ' and <= '~' and not ('<' or '>') ? (byte)text[i] : (byte)'-';
        }

        output.Advance(length);
    }

    private static int Blank(Span<byte> ascii)
    {
        for (int at; (at = ascii.IndexOfAnyExceptInRange((byte)' ', (byte)'~')) >= 0;)
        {
            ascii[at] = (byte)' ';
        }

        return ascii.Length;
    }

    private static int Clean(Span<byte> text)
    {
        var written = 0;
        for (var read = 0; read < text.Length;)
        {
            Rune.DecodeFromUtf8(text[read..], out var rune, out var consumed);
            if (IsBreak(rune))
            {
                text[written++] = (byte)' ';
            }
            else
            {
                text.Slice(read, consumed).CopyTo(text[written..]);
                written += consumed;
            }

            read += consumed;
        }

        return written;
    }

    private static bool IsBreak(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
