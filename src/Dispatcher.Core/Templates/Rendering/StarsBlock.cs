using System.Globalization;
using System.Text;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>The star-rating element: five links to the review form, each with its number of stars chosen.</summary>
/// <remarks>A table with text stars: shown by every mail client, also with pictures off, and read out as "4 of 5 stars".</remarks>
internal static class StarsBlock
{
    public static void AppendHtml(StringBuilder output, string link, Phrases phrases)
    {
        output.Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>");
        for (var stars = 1; stars <= 5; stars++)
        {
            var label = Escape.Html(phrases.Stars.Replace("{0}", stars.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            output
                .Append("<td style=\"padding:0 3px\"><a href=\"").Append(Escape.Html(WithStars(link, stars)))
                .Append("\" title=\"").Append(label).Append("\" aria-label=\"").Append(label)
                .Append("\" style=\"color:#9a6700;font-size:36px;line-height:44px;text-decoration:none\">&#9733;</a></td>");
        }

        output.Append("</tr></table>");
    }

    private static string WithStars(string link, int stars) =>
        string.Create(CultureInfo.InvariantCulture, $"{link}{(link.Contains('?') ? '&' : '?')}stars={stars}");
}
