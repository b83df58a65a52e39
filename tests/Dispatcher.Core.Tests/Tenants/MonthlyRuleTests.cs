using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Tests.Tenants;

public sealed class MonthlyRuleTests
{
    private static readonly TenantSettings Before = TenantSettings.Default("acme") with { Plan = Plan.Standard, LimitReached = LimitReached.Wait };

    public static TheoryData<string, TenantSettings> Changes() => new()
    {
        { "limit", Before with { MonthlyLimit = 501 } },
        { "plan", Before with { Plan = Plan.Free } },
        { "add-on", Before with { AddOns = [AddOn.Unlimited] } },
        { "time zone", Before with { TimeZone = "Asia/Tokyo" } },
        { "what becomes of the rest", Before with { LimitReached = LimitReached.End } },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void MonthlyRule_OfWhatDecidesAboutWaiting_IsAnother(string what, TenantSettings after) => Assert.True(Before.MonthlyRule != after.MonthlyRule, what);

    [Fact]
    public void MonthlyRule_OfOtherSettings_IsTheSame() =>
        Assert.Equal(Before.MonthlyRule, (Before with { MonthlyLimit = 500, Weight = 2, Rate = new(1, 1), Reminders = false }).MonthlyRule);
}
