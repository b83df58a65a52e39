using System.Buffers;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Mime;

/// <summary>Addresses and links as they may stand in a header field. What is plainly fine costs no allocation.</summary>
internal static class HeaderAddress
{
    private const int LongestUrl = 900;

    private static readonly SearchValues<char> LocalText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    private static readonly SearchValues<char> DomainText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");

    // RFC 3986: reserved and unreserved, and the mark of an escape.
    private static readonly SearchValues<char> UrlText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    /// <returns>The address for a header field, its domain in A-labels; null: it can't stand in one.</returns>
    public static string? Of(string? address) =>
        address is null ? null
        : IsPlain(address) ? address
        : MailboxAddress.TryParse(address, out var parsed) ? parsed.ToString() : null;

    /// <returns>The link for a header field; null: it is none, or too long for a line.</returns>
    public static string? Link(string? url) =>
        url is { Length: > 8 and <= LongestUrl } && url.StartsWith("https://", StringComparison.Ordinal) && !url.AsSpan().ContainsAnyExcept(UrlText) ? url
        : Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            && parsed.Scheme is "https" or "http"
            && parsed.AbsoluteUri is { Length: <= LongestUrl } safe
            && !safe.AsSpan().ContainsAnyExcept(UrlText) ? safe
        : null;

    private static bool IsPlain(string address)
    {
        var at = address.IndexOf('@');
        return at is > 0 and <= 64
            && address.Length is <= 254 and var length && at < length - 1
            && !address.AsSpan(0, at).ContainsAnyExcept(LocalText)
            && address.AsSpan(at + 1) is var domain && !domain.ContainsAnyExcept(DomainText)
            && domain[0] is not ('.' or '-')
            && domain.IndexOf("..", StringComparison.Ordinal) < 0;
    }
}
