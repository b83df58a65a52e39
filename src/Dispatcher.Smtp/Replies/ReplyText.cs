using System.Globalization;
using System.Text;

namespace Dispatcher.Smtp.Replies;

/// <summary>Makes what a peer said safe to store and to show.</summary>
internal static class ReplyText
{
    public const int MaxLength = 300;

    /// <summary>One line such as <c>550 5.1.1 user unknown</c>.</summary>
    public static string Of(SmtpReply reply)
    {
        var code = reply.Code.ToString(CultureInfo.InvariantCulture);
        return Clean(reply.EnhancedCode is { } enhanced ? $"{code} {enhanced} {reply.Text}" : $"{code} {reply.Text}");
    }

    /// <summary>Control, format and line-separating characters become single spaces; cut at <see cref="MaxLength"/> characters.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > MaxLength)
            {
                break;
            }

            if (!IsBlank(rune))
            {
                clean.Append(rune.ToString());
            }
            else if (clean.Length > 0 && clean[^1] != ' ')
            {
                clean.Append(' ');
            }
        }

        return clean.ToString().TrimEnd();
    }

    private static bool IsBlank(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
