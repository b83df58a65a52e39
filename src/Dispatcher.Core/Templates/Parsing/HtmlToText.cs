using System.Net;
using System.Text;

namespace Dispatcher.Core.Templates.Parsing;

/// <summary>
/// Makes the text body of a template that has only HTML. It works on the template, before any value is in place, so it costs nothing per
/// message: tags go, blocks become lines, links show their address in brackets behind their text, pictures their alternative text.
/// </summary>
internal static class HtmlToText
{
    private static readonly string[] Brackets = ["&#91;", "&#x5b;", "&lbrack;", "&lsqb;"];

    private static readonly HashSet<string> Blocks =
    [
        "p", "div", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "br", "hr", "section", "article", "header", "footer",
        "blockquote", "pre", "center", "address",
    ];

    /// <summary>Placeholders stay; a bracket that came from a character reference is escaped, so that it stays text.</summary>
    public static string Convert(string html)
    {
        var text = new StringBuilder(html.Length / 2);
        var links = new Stack<string>();
        var hidden = false;
        var skipping = "";
        foreach (var token in HtmlTokenizer.Split(html))
        {
            hidden = IsHidden(html, token, hidden);
            skipping = Skipping(token, skipping);
            if (!hidden && skipping.Length == 0)
            {
                Append(html, token, text, links);
            }
        }

        return Tidy(text.ToString());
    }

    /// <summary>What stands between a condition's marks is for one client only, unless the mark reveals it to all.</summary>
    private static bool IsHidden(string html, HtmlToken token, bool hidden) => token.Kind switch
    {
        HtmlTokenKind.ConditionStart => !html.AsSpan(token.End).StartsWith("<!-->"),
        HtmlTokenKind.Declaration when html.AsSpan(token.Start).StartsWith("<![endif]", StringComparison.OrdinalIgnoreCase) => false,
        _ => hidden,
    };

    private static string Skipping(HtmlToken token, string skipping) => token switch
    {
        { Kind: HtmlTokenKind.StartTag, Name: "head" or "title" or "style" or "script" } when skipping.Length == 0 => token.Name,
        { Kind: HtmlTokenKind.EndTag } when token.Name == skipping => "",
        _ => skipping,
    };

    private static void Append(string html, HtmlToken token, StringBuilder text, Stack<string> links)
    {
        switch (token)
        {
            case { Kind: HtmlTokenKind.Text }:
                AppendWords(html[token.Start..token.End], text);
                break;
            case { Kind: HtmlTokenKind.StartTag, Name: "a" }:
                links.Push(Attribute(html, token, "href"));
                break;
            case { Kind: HtmlTokenKind.EndTag, Name: "a" } when links.TryPop(out var address):
                AppendAddress(address, text);
                break;
            case { Kind: HtmlTokenKind.StartTag, Name: "img" }:
                AppendWords(Attribute(html, token, "alt"), text);
                break;
            case { Kind: HtmlTokenKind.StartTag or HtmlTokenKind.EndTag } when Blocks.Contains(token.Name):
                text.Append('\n');
                break;
            case { Kind: HtmlTokenKind.StartTag, Name: "td" or "th" }:
                text.Append(' ');
                break;
        }
    }

    private static string Attribute(string html, HtmlToken tag, string name)
    {
        foreach (var attribute in HtmlAttributes.Of(html, tag))
        {
            if (attribute.Name == name)
            {
                return html[attribute.Start..attribute.End];
            }
        }

        return "";
    }

    private static void AppendAddress(string address, StringBuilder text)
    {
        if (address.Length > 0 && address[0] != '#' && !EndsWith(text, address))
        {
            text.Append(" (");
            AppendWords(address, text);
            text.Append(')');
        }
    }

    /// <summary>A link whose text is its address is not shown twice.</summary>
    private static bool EndsWith(StringBuilder text, string address) =>
        text.Length >= address.Length && text.ToString(text.Length - address.Length, address.Length) == address;

    private static void AppendWords(string source, StringBuilder text)
    {
        var line = source.ReplaceLineEndings(" ").Replace('\t', ' ');
        text.Append(line.Contains('&') ? Decode(line) : line);
    }

    /// <summary>Brackets written as character references were meant as text, and must not become placeholders now.</summary>
    private static string Decode(string line)
    {
        foreach (var bracket in Brackets)
        {
            line = line.Replace(bracket, "\\[", StringComparison.OrdinalIgnoreCase);
        }

        return WebUtility.HtmlDecode(line).Replace('\u00A0', ' ');
    }

    /// <summary>Single spaces, no blanks at line ends, one empty line at most.</summary>
    private static string Tidy(string text)
    {
        var lines = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            var words = string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (words.Length > 0 || (lines.Count > 0 && lines[^1].Length > 0))
            {
                lines.Add(words);
            }
        }

        return string.Join('\n', lines).Trim() + "\n";
    }
}
