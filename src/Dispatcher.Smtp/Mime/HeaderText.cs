using System.Globalization;
using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>Makes free text fit for a header field.</summary>
internal static class HeaderText
{
    /// <summary>Control characters and line separators become one space each, unpaired surrogates U+FFFD; trimmed.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            line.Append(IsBreak(rune) ? " " : rune.ToString());
        }

        return line.ToString().Trim();
    }

    /// <summary>Visible ASCII but angle brackets stays, all else becomes <c>-</c>; cut at <paramref name="longest"/> characters.</summary>
    public static string Identifier(string text, int longest) => string.Create(
        Math.Min(text.Length, longest),
        text,
        static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = source[i] is > ' ' and <= '~' and not ('<' or '>') ? source[i] : '-';
            }
        });

    private static bool IsBreak(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
