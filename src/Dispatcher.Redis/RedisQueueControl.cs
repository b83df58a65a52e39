using System.Globalization;
using System.Text.Json;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Pauses and temporary limits: in force in the lanes, listed in <c>dispatch:control</c>.</summary>
public sealed class RedisQueueControl(RedisConnection redis, QueueLanes lanes, LaneLimits laneLimits, TimeProvider time) : IQueueControl
{
    private const string Paused = "paused";
    private const string Limits = "limits";

    public async ValueTask PauseAsync(QueueScope scope, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        // Listed first: a pause that is in force and not listed would be hard to find.
        await redis.RunAsync(Script.Control, DispatchKeys.Control, [Field(Paused, scope), time.GetUtcNow().ToUnixTimeMilliseconds(), "keep"], cancellationToken).ConfigureAwait(false);
        await laneLimits.SetAsync(scope, LimitLayer.Operator, LimitValues.Pause(true), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ResumeAsync(QueueScope scope, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        await laneLimits.SetAsync(scope, LimitLayer.Operator, LimitValues.Pause(false), cancellationToken).ConfigureAwait(false);
        await redis.CallAsync(d => d.HashDeleteAsync(DispatchKeys.Control, Field(Paused, scope)), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask LimitAsync(QueueScope scope, TemporaryLimits? limits, CancellationToken cancellationToken)
    {
        if (scope.Kind == QueueScopeKind.All)
        {
            throw new ArgumentException("temporary limits are for a tenant or a destination", nameof(scope));
        }

        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var field = Field(Limits, scope);
        if (limits is null)
        {
            await redis.CallAsync(d => d.HashDeleteAsync(DispatchKeys.Control, field), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await redis.RunAsync(Script.Control, DispatchKeys.Control, [field, JsonSerializer.Serialize(limits, JsonSerializerOptions.Web)], cancellationToken).ConfigureAwait(false);
        }

        await laneLimits.SetAsync(scope, LimitLayer.Operator, LimitValues.Of(limits?.Rate, limits?.Concurrency, limits?.Weight), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<ScopeState>> ListAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<QueueScope, ScopeState>();
        foreach (var entry in await redis.CallAsync(d => d.HashGetAllAsync(DispatchKeys.Control), cancellationToken).ConfigureAwait(false))
        {
            var words = ((string)entry.Name!).Split(' ', 3);
            var scope = words[1] switch
            {
                "all" => QueueScope.All,
                "tenant" => QueueScope.Tenant(words[2]),
                _ => QueueScope.Destination(words[2]),
            };
            var state = states.GetValueOrDefault(scope) ?? new ScopeState(scope, null, null);
            states[scope] = words[0] == Paused
                ? state with { PausedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Value) }
                : state with { Limits = JsonSerializer.Deserialize<TemporaryLimits>((string)entry.Value!, JsonSerializerOptions.Web) };
        }

        return [.. states.Values.OrderBy(s => s.Scope.Kind).ThenBy(s => s.Scope.Name, StringComparer.Ordinal)];
    }

    private static string Field(string what, QueueScope scope) => scope.Kind switch
    {
        QueueScopeKind.All => $"{what} all",
        QueueScopeKind.Tenant => string.Create(CultureInfo.InvariantCulture, $"{what} tenant {scope.Name}"),
        QueueScopeKind.Destination => string.Create(CultureInfo.InvariantCulture, $"{what} destination {scope.Name}"),
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "names nothing"),
    };
}
