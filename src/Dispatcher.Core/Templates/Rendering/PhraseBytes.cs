using System.Text;
using Dispatcher.Core.Templates.Parsing;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>Phrases as UTF-8, those for HTML escaped: what would be the same in every message is made once.</summary>
internal sealed class PhraseBytes(Phrases phrases)
{
    private readonly string[] _legal = phrases.LegalNotice.Split("{0}");

    public byte[] ReviewHtml { get; } = Html(phrases.Review);

    public byte[] UnsubscribeHtml { get; } = Html(phrases.Unsubscribe);

    /// <summary>The block of stars for a link without parameters.</summary>
    public TemplateText Stars { get; } = StarsBlock.Create(phrases, linkHasQuery: false);

    /// <summary>The block of stars for a link that has parameters already.</summary>
    public TemplateText MoreStars { get; } = StarsBlock.Create(phrases, linkHasQuery: true);

    /// <summary>The legal notice as HTML text.</summary>
    public TemplateText LegalHtml { get; } = Legal(phrases, TextContext.HtmlText);

    /// <summary>The legal notice as plain text.</summary>
    public TemplateText LegalText { get; } = Legal(phrases, TextContext.PlainText);

    /// <summary>The pieces between which the business' name stands.</summary>
    public ReadOnlySpan<string> LegalNotice => _legal;

    private static TemplateText Legal(Phrases phrases, TextContext context)
    {
        var segments = new List<Segment>();
        foreach (var piece in phrases.LegalNotice.Split("{0}"))
        {
            if (segments.Count > 0)
            {
                segments.Add(new("", Placeholder.CompanyIdentifier, context));
            }

            segments.Add(Segment.Of(context == TextContext.PlainText ? piece : Escape.Html(piece)));
        }

        return TemplateText.Of(segments);
    }

    private static byte[] Html(string text) => Encoding.UTF8.GetBytes(Escape.Html(text));
}
