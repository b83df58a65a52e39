namespace Dispatcher.Core.Templates;

/// <summary>
/// Section <c>Links</c>: where the links in a message lead. In the addresses <c>{site}</c> stands for the invitation's landing page, else
/// the tenant's domain, else its name, and <c>{token}</c> for the invitation; both are escaped.
/// </summary>
public sealed class LinkOptions
{
    public const string Section = "Links";

    /// <summary>https; must hold <c>{token}</c>. Default <c>https://review.example.com/{site}/{token}</c>.</summary>
    public string ReviewUrl { get; set; } = "https://review.example.com/{site}/{token}";

    /// <summary>https; must hold <c>{token}</c>. Default <c>https://review.example.com/unsubscribe/{token}</c>.</summary>
    public string UnsubscribeUrl { get; set; } = "https://review.example.com/unsubscribe/{token}";
}
