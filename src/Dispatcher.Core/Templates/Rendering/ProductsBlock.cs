using System.Buffers;
using System.Text;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>The block of products: picture, name and review button for each. Short lines: see <see cref="StarsBlock"/>.</summary>
internal static class ProductsBlock
{
    public static void WriteHtml(IBufferWriter<byte> output, IReadOnlyList<ProductValues> products, Phrases phrases)
    {
        output.Write("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%\">\n"u8);
        foreach (var product in products)
        {
            output.Write("<tr><td width=\"96\" style=\"padding:12px 16px 12px 0;vertical-align:middle\">"u8);
            if (product.ImageUrl is not null)
            {
                output.Write("<img src=\""u8);
                Escape.Html(product.ImageUrl, output);
                output.Write("\" alt=\""u8);
                Escape.Html(product.Name, output);
                output.Write("\" width=\"80\" style=\"display:block;border:0;max-width:80px\">"u8);
            }

            output.Write("</td>\n<td style=\"padding:12px 0;vertical-align:middle;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px\">\n<p style=\"margin:0 0 10px\">"u8);
            Escape.Html(product.Name, output);
            output.Write("</p>\n<a href=\""u8);
            Escape.Html(product.Link, output);
            output.Write("\" style=\"display:inline-block;padding:10px 18px;background:#0b5cad;color:#ffffff;text-decoration:none;border-radius:4px\">"u8);
            output.Write(phrases.Bytes.ReviewHtml);
            output.Write("</a></td></tr>\n"u8);
        }

        output.Write("</table>"u8);
    }

    public static void WriteText(IBufferWriter<byte> output, IReadOnlyList<ProductValues> products)
    {
        for (var index = 0; index < products.Count; index++)
        {
            output.Write(index > 0 ? "\n\n"u8 : ""u8);
            Encoding.UTF8.GetBytes(products[index].Name, output);
            output.Write("\n"u8);
            Encoding.UTF8.GetBytes(products[index].Link, output);
        }
    }
}
