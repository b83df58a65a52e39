using System.Globalization;

namespace Dispatcher.Core.Tenants;

/// <summary>Calendar months as tenants see them, in their time zone (UTC when it is not known here). Safe for concurrent calls.</summary>
public sealed class TenantMonths(TimeProvider time)
{
    /// <summary>The month that pays now, as <c>2026-11</c>.</summary>
    public string Current(TenantSettings tenant) => Local(tenant).Now.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>Until the next month begins; above zero.</summary>
    public TimeSpan UntilNext(TenantSettings tenant)
    {
        var (now, zone) = Local(tenant);
        var first = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);
        // Where the clock is put forward at that midnight, the month begins an hour later.
        while (zone.IsInvalidTime(first))
        {
            first = first.AddMinutes(15);
        }

        var wait = new DateTimeOffset(first, zone.GetUtcOffset(first)) - now;
        return wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1);
    }

    /// <summary>A moment as the tenant's clock shows it.</summary>
    public static DateTimeOffset LocalOf(TenantSettings tenant, DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, ZoneOf(tenant));

    private (DateTimeOffset Now, TimeZoneInfo Zone) Local(TenantSettings tenant)
    {
        var zone = ZoneOf(tenant);
        return (TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone), zone);
    }

    private static TimeZoneInfo ZoneOf(TenantSettings tenant) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(tenant.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
}
