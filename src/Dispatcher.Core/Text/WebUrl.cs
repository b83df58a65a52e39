namespace Dispatcher.Core.Text;

/// <summary>
/// Web addresses that may be put into a message: absolute, http or https, so that no script or file address gets through.
/// </summary>
public static class WebUrl
{
    /// <summary>Longest address accepted, in characters: what common browsers take.</summary>
    public const int MaxLength = 2_000;

    public static bool IsValid(string url) =>
        url.Length <= MaxLength
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.Host.Length > 0;
}
