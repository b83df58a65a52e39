using System.Text;
using Dispatcher.Core.Templates.Parsing;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>Joins the segments of a part with values in place.</summary>
internal static class PartRenderer
{
    public static string Render(TemplatePart part, TemplateValues values)
    {
        var output = new StringBuilder(1_024);
        var phrases = Phrases.For(values.Locale);
        foreach (var segment in part.Segments)
        {
            if (segment.Placeholder == Placeholder.None)
            {
                output.Append(segment.Literal);
            }
            else
            {
                Append(output, segment, values, phrases);
            }
        }

        return output.ToString();
    }

    private static void Append(StringBuilder output, Segment segment, TemplateValues values, Phrases phrases)
    {
        var isHtml = segment.Context is TextContext.HtmlText or TextContext.HtmlAnchor;
        switch (segment.Placeholder)
        {
            case Placeholder.Stars when isHtml:
                StarsBlock.AppendHtml(output, values.Link, phrases);
                break;
            case Placeholder.Products when isHtml:
                ProductsBlock.AppendHtml(output, values.Products, phrases);
                break;
            case Placeholder.Products when segment.Context == TextContext.PlainText:
                ProductsBlock.AppendText(output, values.Products);
                break;
            case Placeholder.Link when segment.Context == TextContext.HtmlText:
                AppendAnchor(output, values.Link, values.Link);
                break;
            case Placeholder.UnsubscribeLink when segment.Context == TextContext.HtmlText:
                AppendAnchor(output, values.UnsubscribeLink, phrases.Unsubscribe);
                break;
            default:
                var isUrl = PlaceholderRules.IsUrl(segment.Placeholder);
                output.Append(Escape.For(ValueOf(segment.Placeholder, values, phrases), segment.Context, isUrl));
                break;
        }
    }

    private static void AppendAnchor(StringBuilder output, string url, string text) =>
        output.Append("<a href=\"").Append(Escape.Html(url)).Append("\">").Append(Escape.Html(text)).Append("</a>");

    private static string ValueOf(Placeholder placeholder, TemplateValues values, Phrases phrases) => placeholder switch
    {
        Placeholder.Name => string.IsNullOrEmpty(values.Name) ? phrases.Customer : values.Name,
        Placeholder.CompanyIdentifier => values.Company,
        Placeholder.DomainName => values.Domain,
        Placeholder.Link or Placeholder.Stars => values.Link,
        Placeholder.Products => string.Join(", ", values.Products.Select(product => product.Name)),
        Placeholder.Order => values.Order,
        Placeholder.LegalNotice => phrases.LegalNotice.Replace("{0}", values.Company, StringComparison.Ordinal),
        Placeholder.UnsubscribeLink => values.UnsubscribeLink,
        _ => throw new ArgumentOutOfRangeException(nameof(placeholder), placeholder, "Not a placeholder."),
    };
}
