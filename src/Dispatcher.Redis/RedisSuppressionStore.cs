using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis;

/// <summary>Suppressed recipients: one key each in the tenant's lane, named by a hash of the address, expiring by itself.</summary>
public sealed class RedisSuppressionStore(RedisConnection redis, QueueLanes lanes) : ISuppressionStore
{
    public async ValueTask SuppressAsync(string tenant, string address, string reason, TimeSpan? duration, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var milliseconds = duration is { } span ? Math.Max(1, (long)span.TotalMilliseconds) : 0;
        await redis.RunAsync(
            Script.Suppress,
            lanes.Of(tenant).Lane,
            [tenant, RecordKey.OfRecipient(address), reason, milliseconds],
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> ReleaseAsync(string tenant, string address, CancellationToken cancellationToken)
    {
        var key = lanes.Of(tenant).Suppressed(tenant, RecordKey.OfRecipient(address));
        return await redis.CallAsync(d => d.KeyDeleteAsync(key), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<string?> FindAsync(string tenant, string address, CancellationToken cancellationToken)
    {
        var key = lanes.Of(tenant).Suppressed(tenant, RecordKey.OfRecipient(address));
        return await redis.CallAsync(d => d.StringGetAsync(key), cancellationToken).ConfigureAwait(false);
    }
}
