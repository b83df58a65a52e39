using Dispatcher.Core.Checks;
using Dispatcher.Core.Statuses;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Core.Tests.Statuses;

public sealed class StatusGuideTests
{
    [Fact]
    public void All_EachStatus_StandsOnceInTheSpecificationsOrder() =>
        Assert.Equal(StatusCatalog.All.Select(info => info.Status), StatusGuide.All.Select(origin => origin.Status));

    [Fact]
    public void StatusesPage_HoldsTheGuide()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "statuses.md"));

        Assert.True(page.Contains(StatusGuide.ToMarkdown(), StringComparison.Ordinal), "docs/statuses.md is out of date. It must hold:\n" + StatusGuide.ToMarkdown());
    }

    [Fact]
    public void StatusesPage_HoldsTheOrderOfChecks()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "statuses.md"));

        Assert.Contains(string.Join(" → ", Checks().Select(check => $"`{check.Name}`")), page.ReplaceLineEndings(" ").Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void All_EveryCheck_DecidesSomething()
    {
        var named = string.Join("; ", StatusGuide.All.Select(origin => origin.DecidedBy));

        Assert.Empty(Checks().Where(check => !named.Contains(check.Name, StringComparison.Ordinal)).Select(check => check.Name));
    }

    [Fact]
    public void Texts_EveryLanguage_IsComplete()
    {
        Assert.Contains("sv", StatusTexts.Languages);
        foreach (var info in StatusCatalog.All)
        {
            var (english, swedish) = (StatusCatalog.Text(info.Status), StatusCatalog.Text(info.Status, "sv-SE"));
            Assert.NotEqual(english.Title, swedish.Title);
            Assert.NotEqual(english.Cause, swedish.Cause);
            Assert.NotEqual(english.Remedy, swedish.Remedy);
            Assert.All([swedish.Title, swedish.Cause, swedish.Remedy], line => Assert.False(string.IsNullOrWhiteSpace(line) || line.Contains('\n', StringComparison.Ordinal)));
        }
    }

    private static IReadOnlyList<ICheck> Checks()
    {
        var services = new ServiceCollection().AddLogging().AddDispatcherCore(new ConfigurationBuilder().Build());
        return CheckOrder.Sort(services.BuildServiceProvider().GetServices<ICheck>());
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Dispatcher.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
