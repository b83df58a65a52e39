using System.Globalization;
using System.Text;

namespace Dispatcher.Core.Text;

/// <summary>
/// Makes one harmless line of what a stranger wrote. Pure; a text that is harmless already comes back as the same string.
/// </summary>
public static class CleanText
{
    /// <summary>
    /// Control characters, line and paragraph separators become spaces; marks that turn the direction of text or have no width go, except
    /// the joiners that Persian, Indic scripts and emoji need; half surrogates become U+FFFD; white space at the ends goes.
    /// </summary>
    public static string SingleLine(string text)
    {
        if (Ascii.IsValid(text) && !text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Contains('\u007f'))
        {
            return text.Trim();
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(clean, rune);
        }

        return clean.ToString().Trim();
    }

    /// <summary>True: <see cref="SingleLine"/> would take something out other than white space at the ends.</summary>
    public static bool IsHarmless(string text) => SingleLine(text) == text.Trim();

    private static void Append(StringBuilder clean, Rune rune)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                clean.Append(' ');
                break;
            case UnicodeCategory.Format when rune.Value is not (0x200C or 0x200D) and < 0xE0000:
                break;
            default:
                clean.Append(rune.ToString());
                break;
        }
    }
}
