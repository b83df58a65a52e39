using System.Buffers;

namespace Dispatcher.Core.Templates.Parsing;

/// <summary>
/// Splits HTML into tokens that cover it without gaps. Forgiving like a browser: what is no tag is text, what is not closed runs to the
/// end. It knows what templates need (tags, quoted attributes, comments, conditional comments, style and script), not all of the standard.
/// </summary>
internal static class HtmlTokenizer
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \t\r\n\f/>");

    public static List<HtmlToken> Split(string html)
    {
        var tokens = new List<HtmlToken>();
        for (var at = 0; at < html.Length;)
        {
            var token = Next(html, at);
            tokens.Add(token);
            at = token.End;
            if (token is { Kind: HtmlTokenKind.StartTag, Name: "style" or "script" } && RawEnd(html, at, token.Name) is var end && end > at)
            {
                tokens.Add(new(HtmlTokenKind.Raw, at, end, ""));
                at = end;
            }
        }

        return tokens;
    }

    private static HtmlToken Next(string html, int at)
    {
        var rest = html.AsSpan(at);
        if (rest.StartsWith("<!--"))
        {
            return rest.StartsWith("<!--[if", StringComparison.OrdinalIgnoreCase) && rest.IndexOf("]>") is >= 0 and var condition
                ? new(HtmlTokenKind.ConditionStart, at, at + condition + 2, "")
                : new(HtmlTokenKind.Comment, at, at + CommentLength(rest), "");
        }

        if (rest is ['<', '!' or '?', ..])
        {
            return new(HtmlTokenKind.Declaration, at, at + UpTo(rest, ">"), "");
        }

        if (rest is ['<', '/', ..] && rest.Length > 2 && char.IsAsciiLetter(rest[2]))
        {
            return new(HtmlTokenKind.EndTag, at, at + UpTo(rest, ">"), NameAt(rest[2..]));
        }

        if (rest[0] == '<' && rest.Length > 1 && char.IsAsciiLetter(rest[1]))
        {
            return new(HtmlTokenKind.StartTag, at, at + TagLength(rest), NameAt(rest[1..]));
        }

        var next = rest[1..].IndexOf('<');
        return new(HtmlTokenKind.Text, at, next < 0 ? html.Length : at + 1 + next, "");
    }

    /// <summary>A comment that closes at once (<c>&lt;!--&gt;</c>) is one, as the standard says.</summary>
    private static int CommentLength(ReadOnlySpan<char> rest) => rest.StartsWith("<!-->") ? 5 : 4 + UpTo(rest[4..], "-->");

    private static int UpTo(ReadOnlySpan<char> text, string mark)
    {
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? text.Length : at + mark.Length;
    }

    /// <summary>A &gt; inside a quoted attribute does not end the tag.</summary>
    private static int TagLength(ReadOnlySpan<char> tag)
    {
        var quote = '\0';
        for (var at = 1; at < tag.Length; at++)
        {
            if (quote != '\0')
            {
                quote = tag[at] == quote ? '\0' : quote;
            }
            else if (tag[at] == '>')
            {
                return at + 1;
            }
            else if (tag[at] is '"' or '\'' && tag[..at].TrimEnd() is [.., '='])
            {
                quote = tag[at];
            }
        }

        return tag.Length;
    }

    private static string NameAt(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(NameEnds);
        return (end < 0 ? text : text[..end]).ToString().ToLowerInvariant();
    }

    private static int RawEnd(string html, int at, string name)
    {
        var end = html.IndexOf("</" + name, at, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? html.Length : end;
    }
}
