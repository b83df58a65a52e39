using System.Buffers;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>The star-rating element: five links to the review form, each with its number of stars chosen.</summary>
/// <remarks>
/// A table with text stars: shown by every mail client, also with pictures off, and read out as "4 of 5 stars". A line for each cell keeps
/// a message of plain ASCII below the 998 characters that spare it a transfer encoding.
/// </remarks>
internal static class StarsBlock
{
    public static void WriteHtml(IBufferWriter<byte> output, string link, Phrases phrases)
    {
        output.Write("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>\n"u8);
        var labels = phrases.Bytes.StarsHtml;
        var parameter = link.Contains('?') ? "&amp;stars="u8 : "?stars="u8;
        for (var stars = 1; stars <= labels.Length; stars++)
        {
            output.Write("<td style=\"padding:0 3px\"><a href=\""u8);
            Escape.Html(link, output);
            output.Write(parameter);
            output.Write([(byte)('0' + stars)]);
            output.Write("\" title=\""u8);
            output.Write(labels[stars - 1]);
            output.Write("\" aria-label=\""u8);
            output.Write(labels[stars - 1]);
            output.Write("\" style=\"color:#9a6700;font-size:36px;line-height:44px;text-decoration:none\">&#9733;</a></td>\n"u8);
        }

        output.Write("</tr></table>"u8);
    }
}
