using System.Buffers;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Templates.Parsing;

/// <summary>
/// Finds the placeholders in a run of text that has one context. Two escapes: <c>\[</c> (and <c>\]</c>), and <c>[[</c> with its <c>]]</c>.
/// </summary>
/// <remarks>
/// Brackets also stand in plain writing (<c>[2026]</c>, <c>[sic]</c>, <c>[if mso]</c>). Taken for a mistake and reported are: another
/// spelling of a placeholder, a placeholder with something added, a capitalised word (<c>[FirstName]</c>), and a word with an underscore.
/// All else is text.
/// </remarks>
internal static class PlaceholderScanner
{
    private const int MaxToken = 40;
    private static readonly SearchValues<char> TokenEnds = SearchValues.Create("[]\r\n<>");

    /// <param name="source">The whole part.</param>
    /// <param name="range">The run to look at.</param>
    /// <param name="contextAt">Context of a placeholder at a place in <paramref name="source"/>.</param>
    /// <param name="into">Takes what is found.</param>
    public static void Scan(string source, Range range, Func<int, TextContext> contextAt, PartBuilder into)
    {
        var (start, length) = range.GetOffsetAndLength(source.Length);
        var end = start + length;
        var escaped = 0;
        for (var at = start; at < end;)
        {
            var run = source.AsSpan(at, end - at);
            var special = run.IndexOfAny('[', ']', '\\');
            if (special != 0)
            {
                special = special < 0 ? run.Length : special;
                into.Literal(run[..special]);
                at += special;
                continue;
            }

            switch (run)
            {
                case ['\\', '[' or ']', ..]:
                    into.Literal(run.Slice(1, 1));
                    at += 2;
                    break;
                case ['[', '[', ..]:
                    into.Literal("[");
                    escaped++;
                    at += 2;
                    break;
                case [']', ']', ..] when escaped > 0:
                    into.Literal("]");
                    escaped--;
                    at += 2;
                    break;
                case ['[', ..]:
                    at += Bracket(run, at, contextAt, into);
                    break;
                default:
                    into.Literal(run[..1]);
                    at++;
                    break;
            }
        }
    }

    /// <returns>How much was consumed.</returns>
    private static int Bracket(ReadOnlySpan<char> run, int at, Func<int, TextContext> contextAt, PartBuilder into)
    {
        var stop = run[1..].IndexOfAny(TokenEnds);
        var token = stop < 0 ? run[1..] : run.Slice(1, stop);
        var closed = stop >= 0 && run[stop + 1] == ']';
        if (closed && PlaceholderRules.Find(token) is not Placeholder.None and var placeholder)
        {
            Place(placeholder, at, contextAt(at), into);
            return token.Length + 2;
        }

        var consumed = closed ? token.Length + 2 : 1;
        if (closed)
        {
            ReportToken(token, at, run[..consumed], into);
        }
        else
        {
            ReportOpen(token, at, into);
        }

        into.Literal(run[..consumed]);
        return consumed;
    }

    private static void Place(Placeholder placeholder, int at, TextContext context, PartBuilder into)
    {
        var text = $"[{placeholder}]";
        if (context == TextContext.Unset)
        {
            into.Problem(at, text, "stands inside a tag where no value can be put safely; use it as text or in a quoted attribute", null);
        }
        else if (context == TextContext.HtmlAnchor && placeholder is (Placeholder.Stars or Placeholder.Products))
        {
            into.Problem(at, text, "holds links of its own and can't stand inside a link", null);
        }
        else if (PlaceholderRules.IsBlock(placeholder) && context >= TextContext.HtmlAttribute)
        {
            into.Problem(at, text, "is a block and can't stand in an attribute", null);
        }
        else
        {
            into.Place(placeholder, context, at);
            return;
        }

        into.Literal(text);
    }

    private static void ReportToken(ReadOnlySpan<char> token, int at, ReadOnlySpan<char> whole, PartBuilder into)
    {
        var word = token.Trim();
        if (word.Length is 0 or > MaxToken || into.IsFull)
        {
            return;
        }

        var nearest = PlaceholderRules.Nearest(word);
        if (nearest is not null && (IsCapitalised(word) || NearestName.IsSameLetters(word, nearest) || nearest.Length > 5))
        {
            into.Problem(at, whole, "is not a placeholder; names are case sensitive", $"[{nearest}]");
        }
        else if (StartsWithPlaceholder(word) is { } name && !char.IsAsciiLetterOrDigit(word[name.Length]) && word[name.Length] != ' ')
        {
            into.Problem(at, whole, "is badly formed: nothing may be added to a placeholder's name", $"[{name}]");
        }
        else if (IsWord(word) && (IsCapitalised(word) || word.Contains('_')))
        {
            into.Problem(at, whole, "is not a placeholder; for text in brackets write \\[", $"\\{whole}");
        }
    }

    /// <summary>An opening bracket that no closing one follows: a mistake only when a placeholder's whole name stands behind it.</summary>
    private static void ReportOpen(ReadOnlySpan<char> token, int at, PartBuilder into)
    {
        if (!into.IsFull && StartsWithPlaceholder(token) is { } name && (token.Length == name.Length || !char.IsAsciiLetterOrDigit(token[name.Length])))
        {
            into.Problem(at, $"[{name}", "is badly formed: the closing bracket is missing", $"[{name}]");
        }
    }

    /// <summary>The longest placeholder's name that the text begins with.</summary>
    private static string? StartsWithPlaceholder(ReadOnlySpan<char> text)
    {
        string? longest = null;
        foreach (var name in Enum.GetNames<Placeholder>())
        {
            if (name != nameof(Placeholder.None) && text.StartsWith(name) && name.Length > (longest?.Length ?? 0))
            {
                longest = name;
            }
        }

        return longest;
    }

    private static bool IsWord(ReadOnlySpan<char> word)
    {
        foreach (var character in word)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(word[0]);
    }

    /// <summary>An upper-case letter first and a lower-case one somewhere: <c>[PDF]</c> and <c>[A]</c> are text.</summary>
    private static bool IsCapitalised(ReadOnlySpan<char> word) =>
        char.IsAsciiLetterUpper(word[0]) && word.ContainsAnyInRange('a', 'z');
}
