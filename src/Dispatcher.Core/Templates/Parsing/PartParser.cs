namespace Dispatcher.Core.Templates.Parsing;

/// <summary>Parses a subject or a body into segments; in HTML it finds the context of each placeholder.</summary>
internal static class PartParser
{
    private static readonly string[] UrlAttributes =
        ["href", "src", "action", "formaction", "background", "cite", "poster", "data", "longdesc", "xlink:href", "srcset"];

    public static TemplatePart Subject(string subject)
    {
        var line = subject.Trim().ReplaceLineEndings(" ");
        return Plain("subject", line, TextContext.Header);
    }

    public static TemplatePart Text(string text) => Plain("text", text, TextContext.PlainText);

    public static TemplatePart Html(string html)
    {
        var builder = new PartBuilder("html", html);
        var anchors = 0;
        foreach (var token in HtmlTokenizer.Split(html))
        {
            var range = token.Start..token.End;
            switch (token.Kind)
            {
                case HtmlTokenKind.Text or HtmlTokenKind.Comment:
                    var context = anchors > 0 ? TextContext.HtmlAnchor : TextContext.HtmlText;
                    PlaceholderScanner.Scan(html, range, _ => context, builder);
                    break;
                case HtmlTokenKind.StartTag:
                    anchors += token.Name == "a" ? 1 : 0;
                    Tag(html, token, builder);
                    break;
                case HtmlTokenKind.EndTag:
                    anchors = token.Name == "a" ? Math.Max(0, anchors - 1) : anchors;
                    builder.Literal(html.AsSpan()[range]);
                    break;
                default:
                    builder.Literal(html.AsSpan()[range]);
                    break;
            }
        }

        return builder.Build();
    }

    private static TemplatePart Plain(string part, string source, TextContext context)
    {
        var builder = new PartBuilder(part, source);
        PlaceholderScanner.Scan(source, .., _ => context, builder);
        return builder.Build();
    }

    private static void Tag(string html, HtmlToken tag, PartBuilder builder)
    {
        var at = tag.Start;
        foreach (var attribute in HtmlAttributes.Of(html, tag))
        {
            PlaceholderScanner.Scan(html, at..attribute.Start, _ => TextContext.Unset, builder);
            PlaceholderScanner.Scan(html, attribute.Start..attribute.End, place => Context(attribute, place), builder);
            at = attribute.End;
        }

        PlaceholderScanner.Scan(html, at..tag.End, _ => TextContext.Unset, builder);
    }

    /// <summary>
    /// No value is safe without quotes, nor where the attribute's text is a program or a style sheet.
    /// </summary>
    private static TextContext Context(HtmlAttribute attribute, int place) =>
        !attribute.Quoted || attribute.Name == "style" || attribute.Name.StartsWith("on", StringComparison.Ordinal) ? TextContext.Unset
        : !UrlAttributes.Contains(attribute.Name) ? TextContext.HtmlAttribute
        : place == attribute.Start ? TextContext.HtmlUrl
        : TextContext.HtmlUrlPart;
}
