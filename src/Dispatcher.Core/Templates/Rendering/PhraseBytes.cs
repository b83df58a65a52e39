using System.Globalization;
using System.Text;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>Phrases as UTF-8, those for HTML escaped: what would be the same in every message is made once.</summary>
internal sealed class PhraseBytes(Phrases phrases)
{
    private readonly string[] _legal = phrases.LegalNotice.Split("{0}");

    public byte[] ReviewHtml { get; } = Html(phrases.Review);

    public byte[] UnsubscribeHtml { get; } = Html(phrases.Unsubscribe);

    /// <summary>For 1 to 5 stars.</summary>
    public byte[][] StarsHtml { get; } =
    [
        .. Enumerable.Range(1, 5).Select(stars =>
            Html(phrases.Stars.Replace("{0}", stars.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))),
    ];

    /// <summary>The pieces between which the business' name stands.</summary>
    public ReadOnlySpan<string> LegalNotice => _legal;

    private static byte[] Html(string text) => Encoding.UTF8.GetBytes(Escape.Html(text));
}
