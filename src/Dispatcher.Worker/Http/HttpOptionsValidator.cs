using System.Net;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Http;

/// <summary>Who listens to the world asks for keys: refuses other addresses than loopback without <c>Http:ApiKeysFile</c>.</summary>
internal sealed class HttpOptionsValidator : IValidateOptions<HttpOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpOptions options)
    {
        var mistakes = new List<string>();
        foreach (var url in HttpUrls.Split(options.Urls))
        {
            if (HttpUrls.Parse(url) is not { } address)
            {
                mistakes.Add($"Http:Urls: '{url}' is no address; write http://127.0.0.1:8080.");
            }
            else if (!IsLoopback(address.Host) && options.ApiKeysFile.Length == 0)
            {
                mistakes.Add($"Http:Urls: {url} can be reached from outside, which needs API keys: set Http:ApiKeysFile, or listen on 127.0.0.1.");
            }
        }

        if (HttpUrls.Split(options.Urls).Length == 0)
        {
            mistakes.Add("Http:Urls: is empty; write http://127.0.0.1:8080.");
        }

        if (options.ApiKeysFile.Length > 0 && ApiKeyFile.FindFault(options.ApiKeysFile) is { } fault)
        {
            mistakes.Add($"Http:ApiKeysFile: {fault}");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
