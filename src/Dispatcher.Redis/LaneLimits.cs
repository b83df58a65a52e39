using System.Globalization;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// Writes limits into the lanes, where claims obey them at once. A tenant's go to its lane; a destination group's to every lane: with several,
/// its rate is lent to them in short slices (<c>lend.lua</c>) and its concurrency is divided.
/// </summary>
public sealed class LaneLimits(RedisConnection redis, QueueLanes lanes)
{
    public async ValueTask SetAsync(QueueScope scope, LimitLayer layer, LimitValues values, CancellationToken cancellationToken)
    {
        foreach (var lane in Lanes(scope))
        {
            RedisValue[] arguments =
            [
                scope.Kind switch { QueueScopeKind.All => "all", QueueScopeKind.Tenant => "tenant", _ => "destination" },
                scope.Name ?? "",
                layer == LimitLayer.Settings ? "settings" : "operator",
                .. Fields(scope, values, lane),
            ];
            await redis.RunAsync(Script.Limit, lane.Lane, arguments, cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<LaneKeys> Lanes(QueueScope scope) => scope.Kind == QueueScopeKind.Tenant ? [lanes.Of(scope.Name!)] : lanes.All;

    private IEnumerable<RedisValue> Fields(QueueScope scope, LimitValues values, LaneKeys lane)
    {
        if (values.Paused is { } paused)
        {
            return ["paused", paused ? "1" : ""];
        }

        var shared = scope.Kind == QueueScopeKind.Destination && lanes.Count > 1;
        var concurrency = values.Concurrency is { } all && shared ? PlacesOf(lane.Number, all) : values.Concurrency;
        return
        [
            "weight", Text(values.Weight),
            "rate", Text(values.Rate?.PerSecond),
            "burst", Text(values.Rate?.Burst),
            "lent", values.Rate is not null && shared ? "1" : "",
            "concurrency", Text(concurrency),
            "frequency", Text(values.Frequency?.TotalMilliseconds),
            .. values.MonthlyRule is { } rule ? (RedisValue[])["monthly", rule] : [],
        ];
    }

    /// <summary>A lane's part of a concurrency: together they are all of it, but one place a lane at least, or what is in that lane would never go.</summary>
    private int PlacesOf(int lane, int all) => Math.Max(1, (all / lanes.Count) + (lane < all % lanes.Count ? 1 : 0));

    private static RedisValue Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>Whose limits: the operator's stand above the settings'.</summary>
public enum LimitLayer
{
    Settings,
    Operator,
}

/// <summary>All limits of a layer, null where it has none; or a pause alone.</summary>
public sealed record LimitValues(TenantRate? Rate, int? Concurrency, double? Weight, bool? Paused)
{
    /// <summary>Of the settings only: least time between two invitations to a recipient. Null: any.</summary>
    public TimeSpan? Frequency { get; init; }

    /// <summary>Of the settings only, and of each: see <c>TenantSettings.MonthlyRule</c>. Null: what is known of it stays.</summary>
    public string? MonthlyRule { get; init; }

    public static LimitValues None { get; } = new(null, null, null, null);

    public static LimitValues Of(TenantRate? rate, int? concurrency, double? weight) => new(rate, concurrency, weight, null);

    public static LimitValues Pause(bool paused) => new(null, null, null, paused);
}
