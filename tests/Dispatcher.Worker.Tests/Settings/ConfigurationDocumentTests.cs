using System.Text.RegularExpressions;
using Dispatcher.Worker.Settings;

namespace Dispatcher.Worker.Tests.Settings;

public sealed partial class ConfigurationDocumentTests
{
    // Read by the pipeline or by the host, and not in the catalogue.
    private static readonly string[] Others = ["Logging:"];

    private static readonly string[] Documented =
        [.. Row().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "configuration.md"))).Select(match => match.Groups[1].Value)];

    private static readonly string[] Known = [.. SettingsCatalog.Properties.Select(property => property.Key)];

    [Fact]
    public void Document_HasARowForEveryKey() => Assert.Empty(Known.Except(Documented));

    [Fact]
    public void Document_HasNoRowForAKeyThatNobodyReads() =>
        Assert.DoesNotContain(Documented.Except(Known), key => !Others.Any(other => key.StartsWith(other, StringComparison.Ordinal)));

    [GeneratedRegex("^\\| `([A-Z][A-Za-z]+:[A-Za-z:]+)`", RegexOptions.Multiline)]
    private static partial Regex Row();
}
