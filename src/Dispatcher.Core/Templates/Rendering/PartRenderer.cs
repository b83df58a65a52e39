using System.Buffers;
using System.Text;
using Dispatcher.Core.Templates.Parsing;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>Writes the value of a placeholder, as UTF-8 and escaped for where it stands.</summary>
internal static class PartRenderer
{
    public static void Write(Segment segment, TemplateValues values, IBufferWriter<byte> output)
    {
        var isHtml = segment.Context is TextContext.HtmlText or TextContext.HtmlAnchor;
        switch (segment.Placeholder)
        {
            case Placeholder.Stars when isHtml:
                StarsOf(values).Write(values, output);
                break;
            case Placeholder.Products when isHtml:
                ProductsBlock.WriteHtml(output, values.Products, PhrasesOf(values));
                break;
            case Placeholder.Products when segment.Context == TextContext.PlainText:
                ProductsBlock.WriteText(output, values.Products);
                break;
            case Placeholder.Link when segment.Context == TextContext.HtmlText:
                output.Write("<a href=\""u8);
                Escape.Html(values.Link, output);
                output.Write("\">"u8);
                Escape.Html(values.Link, output);
                output.Write("</a>"u8);
                break;
            case Placeholder.UnsubscribeLink when segment.Context == TextContext.HtmlText:
                output.Write("<a href=\""u8);
                Escape.Html(values.UnsubscribeLink, output);
                output.Write("\">"u8);
                output.Write(PhrasesOf(values).Bytes.UnsubscribeHtml);
                output.Write("</a>"u8);
                break;
            case Placeholder.LegalNotice:
                WriteLegalNotice(segment, values, output);
                break;
            default:
                Escape.Write(ValueOf(segment.Placeholder, values), segment.Context, PlaceholderRules.IsUrl(segment.Placeholder), output);
                break;
        }
    }

    /// <summary>See <see cref="TemplateText.Block"/>.</summary>
    public static TemplateText? Block(Segment segment, TemplateValues values) => segment switch
    {
        { Placeholder: Placeholder.Stars, Context: TextContext.HtmlText or TextContext.HtmlAnchor } => StarsOf(values),
        { Placeholder: Placeholder.LegalNotice, Context: TextContext.HtmlText or TextContext.HtmlAnchor } => PhrasesOf(values).Bytes.LegalHtml,
        { Placeholder: Placeholder.LegalNotice, Context: TextContext.PlainText } => PhrasesOf(values).Bytes.LegalText,
        _ => null,
    };

    private static TemplateText StarsOf(TemplateValues values) =>
        values.Link.Contains('?') ? PhrasesOf(values).Bytes.MoreStars : PhrasesOf(values).Bytes.Stars;

    private static void WriteLegalNotice(Segment segment, TemplateValues values, IBufferWriter<byte> output)
    {
        var pieces = PhrasesOf(values).Bytes.LegalNotice;
        for (var index = 0; index < pieces.Length; index++)
        {
            if (index > 0)
            {
                Escape.Write(values.Company, segment.Context, isUrl: false, output);
            }

            Escape.Write(pieces[index], segment.Context, isUrl: false, output);
        }
    }

    private static string ValueOf(Placeholder placeholder, TemplateValues values) => placeholder switch
    {
        Placeholder.Name => string.IsNullOrEmpty(values.Name) ? PhrasesOf(values).Customer : values.Name,
        Placeholder.CompanyIdentifier => values.Company,
        Placeholder.DomainName => values.Domain,
        Placeholder.Link or Placeholder.Stars => values.Link,
        Placeholder.Products => string.Join(", ", values.Products.Select(product => product.Name)),
        Placeholder.Order => values.Order,
        Placeholder.UnsubscribeLink => values.UnsubscribeLink,
        _ => throw new ArgumentOutOfRangeException(nameof(placeholder), placeholder, "Not a placeholder."),
    };

    private static Phrases PhrasesOf(TemplateValues values) => Phrases.For(values.Locale);
}
