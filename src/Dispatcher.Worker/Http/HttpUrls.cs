namespace Dispatcher.Worker.Http;

/// <summary>Reads <c>Http:Urls</c>.</summary>
internal static class HttpUrls
{
    public static string[] Split(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <returns>Null: it is no HTTP address to listen on.</returns>
    public static BindingAddress? Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme == "http" && !address.IsUnixPipe && !address.IsNamedPipe && address.PathBase.Length == 0 ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
