namespace Dispatcher.Core.Templates.Parsing;

/// <summary>Adds the legal footer to a body that has no opt-out link of its own, so that no message goes out without one.</summary>
internal static class Footer
{
    private const string HtmlStyle = "font-family:Arial,Helvetica,sans-serif;font-size:12px;line-height:18px;color:#595959;text-align:center";

    /// <summary>Before the end of the body element, or at the very end.</summary>
    public static TemplatePart AddToHtml(TemplatePart part)
    {
        if (part.Used.ContainsKey(Placeholder.UnsubscribeLink))
        {
            return part;
        }

        var notice = part.Used.ContainsKey(Placeholder.LegalNotice) ? "" : "[LegalNotice]<br>";
        var footer = PartParser.Html($"<p style=\"{HtmlStyle}\">{notice}[UnsubscribeLink]</p>").Segments;
        var segments = part.Segments.ToList();
        if (segments is [.., { Placeholder: Placeholder.None } last] && BodyEnd(last.Literal) is >= 0 and var end)
        {
            segments.RemoveAt(segments.Count - 1);
            return part with { Segments = [.. segments, Segment.Of(last.Literal[..end]), .. footer, Segment.Of(last.Literal[end..])] };
        }

        return part with { Segments = [.. segments, .. footer] };
    }

    /// <summary>At the end, behind the usual mark of a signature.</summary>
    public static TemplatePart AddToText(TemplatePart part)
    {
        if (part.Used.ContainsKey(Placeholder.UnsubscribeLink))
        {
            return part;
        }

        var notice = part.Used.ContainsKey(Placeholder.LegalNotice) ? "" : "[LegalNotice]\n";
        var footer = PartParser.Text($"\n-- \n{notice}[UnsubscribeLink]\n").Segments;
        return part with { Segments = [.. part.Segments, .. footer] };
    }

    private static int BodyEnd(string literal)
    {
        var body = literal.LastIndexOf("</body", StringComparison.OrdinalIgnoreCase);
        return body >= 0 ? body : literal.LastIndexOf("</html", StringComparison.OrdinalIgnoreCase);
    }
}
