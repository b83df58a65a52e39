using System.Globalization;
using Dispatcher.Core.Templates.Parsing;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>The star-rating element: five links to the review form, each with its number of stars chosen.</summary>
/// <remarks>
/// A table with text stars: shown by every mail client, also with pictures off, and read out as "4 of 5 stars". A line for each cell keeps
/// a message of plain ASCII below the 998 characters that spare it a transfer encoding.
/// </remarks>
internal static class StarsBlock
{
    private const int Most = 5;

    /// <summary>A text of its own, in which only the link differs from message to message.</summary>
    /// <param name="phrases">Of the language.</param>
    /// <param name="linkHasQuery">Whether the number of stars is the link's first parameter or one more.</param>
    public static TemplateText Create(Phrases phrases, bool linkHasQuery)
    {
        var segments = new List<Segment> { Segment.Of("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>\n") };
        for (var stars = 1; stars <= Most; stars++)
        {
            var number = stars.ToString(CultureInfo.InvariantCulture);
            var label = Escape.Html(phrases.Stars.Replace("{0}", number, StringComparison.Ordinal));
            segments.Add(Segment.Of("<td style=\"padding:0 3px\"><a href=\""));
            segments.Add(new("", Placeholder.Link, TextContext.HtmlAttribute));
            segments.Add(Segment.Of(
                $"{(linkHasQuery ? "&amp;" : "?")}stars={number}\" title=\"{label}\" aria-label=\"{label}\" "
                + "style=\"color:#9a6700;font-size:36px;line-height:44px;text-decoration:none\">&#9733;</a></td>\n"));
        }

        segments.Add(Segment.Of("</tr></table>"));
        return TemplateText.Of(segments);
    }
}
