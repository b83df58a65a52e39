using System.Text;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>The block of products: picture, name and review button for each.</summary>
internal static class ProductsBlock
{
    public static void AppendHtml(StringBuilder output, IReadOnlyList<ProductValues> products, Phrases phrases)
    {
        output.Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%\">");
        foreach (var product in products)
        {
            var name = Escape.Html(product.Name);
            output.Append("<tr><td width=\"96\" style=\"padding:12px 16px 12px 0;vertical-align:middle\">");
            if (product.ImageUrl is not null)
            {
                output.Append("<img src=\"").Append(Escape.Html(product.ImageUrl)).Append("\" alt=\"").Append(name)
                    .Append("\" width=\"80\" style=\"display:block;border:0;max-width:80px\">");
            }

            output.Append("</td><td style=\"padding:12px 0;vertical-align:middle\"><p style=\"margin:0 0 10px\">").Append(name)
                .Append("</p><a href=\"").Append(Escape.Html(product.Link))
                .Append("\" style=\"display:inline-block;padding:10px 18px;background:#0b5cad;color:#ffffff;text-decoration:none;border-radius:4px\">")
                .Append(Escape.Html(phrases.Review)).Append("</a></td></tr>");
        }

        output.Append("</table>");
    }

    public static void AppendText(StringBuilder output, IReadOnlyList<ProductValues> products)
    {
        for (var index = 0; index < products.Count; index++)
        {
            output.Append(index > 0 ? "\n\n" : "").Append(products[index].Name).Append('\n').Append(products[index].Link);
        }
    }
}
