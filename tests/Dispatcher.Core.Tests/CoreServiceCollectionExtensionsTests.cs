using Dispatcher.Core.Checks;
using Dispatcher.Core.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Tests;

public sealed class CoreServiceCollectionExtensionsTests
{
    [Fact]
    public void AddDispatcherCore_Defaults_ProvidesEverything()
    {
        using var provider = Provide([]);

        Assert.NotNull(provider.GetRequiredService<CheckRunner>());
        Assert.NotNull(provider.GetRequiredService<RetrySchedule>());
        Assert.NotNull(provider.GetRequiredService<EmailDraftFactory>());
        Assert.Equal(CheckOrder.All, CheckOrder.Sort(provider.GetServices<ICheck>()).Select(check => check.GetType()));
        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    [Theory]
    [InlineData("Retry:Schedule", "1m, 2m", 1, 2)]
    [InlineData("Retry:Schedule", "00:01:00,00:02:00", 1, 2)]
    public void AddDispatcherCore_ScheduleAsText_IsRead(string key, string value, int first, int second)
    {
        using var provider = Provide(new() { [key] = value, ["Retry:Greylist"] = "30s", ["Retry:MaxAge"] = "1d" });

        var options = provider.GetRequiredService<IOptions<RetryOptions>>().Value;

        Assert.Equal([TimeSpan.FromMinutes(first), TimeSpan.FromMinutes(second)], options.Schedule);
        Assert.Equal(TimeSpan.FromDays(1), options.MaxAge);
    }

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("10m,1h", 300)]
    public void AddDispatcherCore_ScheduleAlone_FitsTheWaitAfterGreylisting(string schedule, int seconds)
    {
        using var provider = Provide(new() { ["Retry:Schedule"] = schedule });

        provider.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal(TimeSpan.FromSeconds(seconds), provider.GetRequiredService<IOptions<RetryOptions>>().Value.Greylist);
    }

    [Fact]
    public void AddDispatcherCore_Lists_AreRead()
    {
        using var provider = Provide(new() { ["Retry:Schedule:0"] = "10m", ["Retry:Schedule:1"] = "1h", ["Checks:BlockedDomains"] = "a.example, b.example" });

        Assert.Equal([TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)], provider.GetRequiredService<IOptions<RetryOptions>>().Value.Schedule);
        Assert.Equal(["a.example", "b.example"], provider.GetRequiredService<IOptions<ChecksOptions>>().Value.BlockedDomains);
    }

    [Theory]
    [InlineData("Retry:Schedule", "soon")]
    [InlineData("Retry:Schedule", "1h,30m")]
    [InlineData("Retry:Greylist", "1h")]
    [InlineData("Retry:MaxAge", "0s")]
    [InlineData("Retry:Jitter", "0.6")]
    [InlineData("Retry:Jitter", "much")]
    [InlineData("Checks:MaxReferenceLength", "0")]
    [InlineData("Checks:BlockedDomains:0", "not a domain")]
    [InlineData("Links:ReviewUrl", "http://review.example.com/{token}")]
    [InlineData("Links:UnsubscribeUrl", "https://review.example.com/")]
    [InlineData("Smtp:From", "nobody")]
    [InlineData("Smtp:FeedbackId", "four")]
    [InlineData("Smtp:FeedbackId", "has:colon")]
    [InlineData("Smtp:VerpKeyFile", "no-such-file")]
    public void AddDispatcherCore_Mistake_StopsAtStartAndNamesTheKey(string key, string value)
    {
        using var provider = Provide(new() { [key] = value });

        var exception = Assert.ThrowsAny<Exception>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(key.Replace(":0", "", StringComparison.Ordinal), exception.ToString(), StringComparison.Ordinal);
    }

    private static ServiceProvider Provide(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection().AddLogging().AddDispatcherCore(configuration).BuildServiceProvider();
    }
}
