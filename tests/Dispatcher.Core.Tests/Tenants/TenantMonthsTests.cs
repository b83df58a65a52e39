using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Tenants;

public sealed class TenantMonthsTests
{
    [Theory]
    [InlineData("2026-11-30T22:59:00Z", "Europe/Stockholm", "2026-11", 60)]
    [InlineData("2026-11-30T23:00:00Z", "Europe/Stockholm", "2026-12", 31 * 24 * 3600)]
    [InlineData("2026-12-31T23:59:59.500Z", "UTC", "2026-12", 1)]
    [InlineData("2026-10-01T00:00:00Z", "Europe/Stockholm", "2026-10", (31 * 24 * 3600) - (2 * 3600) + 3600)]
    [InlineData("2026-02-28T12:00:00Z", "Nowhere/Unknown", "2026-02", 12 * 3600)]
    public void MonthAndWait_InTheTenantsZone(string now, string zone, string month, int seconds)
    {
        var months = new TenantMonths(new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)));
        var tenant = TenantSettings.Default("acme") with { TimeZone = zone };

        Assert.Equal(month, months.Current(tenant));
        Assert.Equal(TimeSpan.FromSeconds(seconds), months.UntilEndOf(month, tenant));
        Assert.Equal(TimeSpan.FromSeconds(1), months.UntilEndOf("2026-01", tenant));
    }
}
