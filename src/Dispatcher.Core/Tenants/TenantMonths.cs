using System.Globalization;

namespace Dispatcher.Core.Tenants;

/// <summary>Calendar months as tenants see them, in their time zone (UTC when it is not known here). Safe for concurrent calls.</summary>
public sealed class TenantMonths(TimeProvider time)
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(1);

    /// <summary>The month that pays now, as <c>2026-11</c>.</summary>
    public string Current(TenantSettings tenant) => NameOf(Local(tenant).Now);

    /// <summary>Until a month is over that was <see cref="Current"/> a moment ago; a second at least, and when it is over.</summary>
    public TimeSpan UntilEndOf(string month, TenantSettings tenant)
    {
        var (now, zone) = Local(tenant);
        if (NameOf(now) != month)
        {
            return LeastWait;
        }

        var first = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);
        // Where the clock is put forward at that midnight, the month begins an hour later.
        while (zone.IsInvalidTime(first))
        {
            first = first.AddMinutes(15);
        }

        var wait = new DateTimeOffset(first, zone.GetUtcOffset(first)) - now;
        return wait > LeastWait ? wait : LeastWait;
    }

    /// <summary>A moment as the tenant's clock shows it.</summary>
    public static DateTimeOffset LocalOf(TenantSettings tenant, DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, ZoneOf(tenant));

    private static string NameOf(DateTimeOffset local) => local.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private (DateTimeOffset Now, TimeZoneInfo Zone) Local(TenantSettings tenant)
    {
        var zone = ZoneOf(tenant);
        return (TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone), zone);
    }

    private static TimeZoneInfo ZoneOf(TenantSettings tenant) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(tenant.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
}
