using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dispatcher.Smtp.Auth;

/// <summary>SASLprep (RFC 4013): brings what people type into the one form that both sides hash.</summary>
/// <remarks>
/// Prepared as a stored string, so unassigned code points are refused; by the Unicode version of the runtime, not 3.2, so a newer
/// character that RFC 3454 would refuse passes. Normalization is NFKC.
/// </remarks>
internal static class SaslPrep
{
    // RFC 3454 table B.1: commonly mapped to nothing.
    private static readonly SearchValues<char> Dropped = SearchValues.Create(
        "\u00AD\u034F\u1806\u180B\u180C\u180D\u200B\u200C\u200D\u2060\uFE00\uFE01\uFE02\uFE03\uFE04\uFE05\uFE06\uFE07\uFE08\uFE09"
        + "\uFE0A\uFE0B\uFE0C\uFE0D\uFE0E\uFE0F\uFEFF");

    /// <summary>False: the text holds a character that SASLprep forbids, or mixes writing directions as it forbids.</summary>
    public static bool TryPrepare(string text, out string prepared)
    {
        prepared = text;
        if (Ascii.IsValid(text))
        {
            return !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
        }

        var mapped = new StringBuilder(text.Length);
        foreach (var next in text)
        {
            if (!Dropped.Contains(next))
            {
                mapped.Append(char.GetUnicodeCategory(next) == UnicodeCategory.SpaceSeparator ? ' ' : next);
            }
        }

        try
        {
            prepared = mapped.ToString().Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return false; // half of a surrogate pair
        }

        return prepared.EnumerateRunes().All(IsAllowed) && HasOneDirection(prepared);
    }

    // RFC 4013 2.3. Format characters are more than table C.2.2 and C.8 list; none of them belongs into a password.
    private static bool IsAllowed(Rune rune) => rune.Value is not (>= 0xFFF9 and <= 0xFFFD) and not (>= 0x2FF0 and <= 0x2FFB)
        && Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned)
        && (rune.Value == ' ' || Rune.GetUnicodeCategory(rune) != UnicodeCategory.SpaceSeparator);

    /// <summary>RFC 3454 6: with a right-to-left character there is no left-to-right one, and right-to-left ones stand first and last.</summary>
    private static bool HasOneDirection(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        return !runes.Any(IsRightToLeft)
            || (!runes.Any(IsLeftToRight) && IsRightToLeft(runes[0]) && IsRightToLeft(runes[^1]));
    }

    // Blocks of Hebrew, Arabic, Syriac and their kin, with their presentation forms: letters only.
    private static bool IsRightToLeft(Rune rune) => Rune.IsLetter(rune)
        && rune.Value is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFC) or (>= 0x10800 and <= 0x10FFF)
            or (>= 0x1E800 and <= 0x1EFFF);

    private static bool IsLeftToRight(Rune rune) => Rune.IsLetter(rune) && !IsRightToLeft(rune);
}
