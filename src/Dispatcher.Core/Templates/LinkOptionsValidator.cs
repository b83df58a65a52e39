using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Templates;

/// <summary>Reports every mistake in <see cref="LinkOptions"/> at once.</summary>
internal sealed class LinkOptionsValidator : IValidateOptions<LinkOptions>
{
    public ValidateOptionsResult Validate(string? name, LinkOptions options)
    {
        var problems = Problems("Links:ReviewUrl", options.ReviewUrl).Concat(Problems("Links:UnsubscribeUrl", options.UnsubscribeUrl)).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(string path, string url)
    {
        if (!url.Contains("{token}", StringComparison.Ordinal))
        {
            yield return $"{path}: must hold {{token}}, or every invitation has the same link";
        }

        var example = url.Replace("{site}", "site.example", StringComparison.Ordinal).Replace("{token}", "token", StringComparison.Ordinal);
        if (!Uri.TryCreate(example, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            yield return $"{path}: must be an absolute https address";
        }
    }
}
