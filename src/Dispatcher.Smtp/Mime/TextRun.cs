using System.Buffers;
using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>What must be known of a run of text to choose a transfer encoding. Its line ends are CRLF.</summary>
/// <param name="Length">Octets.</param>
/// <param name="Escapes">How many of them quoted-printable escapes.</param>
/// <param name="Plain">It may stand in a 7bit part.</param>
/// <param name="First">Octets up to its first line end; all of them if it has none.</param>
/// <param name="Last">Octets after its last line end.</param>
/// <param name="Longest">Octets of its longest line.</param>
/// <param name="HasBreak">It has a line end.</param>
internal readonly record struct TextRun(int Length, int Escapes, bool Plain, int First, int Last, int Longest, bool HasBreak)
{
    private static readonly SearchValues<byte> PlainText =
        SearchValues.Create([(byte)'\t', (byte)'\r', (byte)'\n', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    public static TextRun Of(ReadOnlySpan<byte> text)
    {
        // "--=_" would begin a boundary, and runs may meet in the middle of it: neither half is plain. See Boundary.
        var ascii = !text.ContainsAnyExcept(PlainText);
        var plain = ascii && !text.StartsWith((byte)'_') && text.IndexOf("=_"u8) < 0;
        var escapes = ascii ? text.Count((byte)'=') : QuotedPrintable.CountEscapes(text);
        var first = text.IndexOf("\r\n"u8);
        if (first < 0)
        {
            return new TextRun(text.Length, escapes, plain, text.Length, text.Length, text.Length, false);
        }

        var longest = first;
        var rest = text[(first + 2)..];
        for (int end; (end = rest.IndexOf("\r\n"u8)) >= 0; rest = rest[(end + 2)..])
        {
            longest = Math.Max(longest, end);
        }

        return new TextRun(text.Length, escapes, plain, first, rest.Length, Math.Max(longest, rest.Length), true);
    }

    /// <summary>Writes a text with CRLF line ends, whatever line ends it had.</summary>
    public static void Normalize(ReadOnlySpan<byte> text, MessageBuffer output)
    {
        for (int end; (end = text.IndexOfAny((byte)'\r', (byte)'\n')) >= 0;)
        {
            output.Write(text[..end]);
            output.Write("\r\n"u8);
            text = text[end..].StartsWith("\r\n"u8) ? text[(end + 2)..] : text[(end + 1)..];
        }

        output.Write(text);
    }
}
