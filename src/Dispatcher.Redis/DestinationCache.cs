using Dispatcher.Core.Destinations;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis;

/// <summary>The destination groups, for everyone who puts invitations in: read again when they changed, looked at once a second at most.
/// Safe for concurrent calls.</summary>
public sealed class DestinationCache(RedisConnection redis, RedisDestinationStore store, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private volatile Seen? _seen;

    private sealed record Seen(DestinationSet Set, string Revision, long At);

    public async ValueTask<DestinationSet> CurrentAsync(CancellationToken cancellationToken)
    {
        if (_seen is { } seen && time.GetElapsedTime(seen.At) < LookEvery)
        {
            return seen.Set;
        }

        var at = time.GetTimestamp();
        var revision = (string?)await redis.CallAsync(d => d.HashGetAsync(DispatchKeys.Destinations, DispatchKeys.RevisionField), cancellationToken).ConfigureAwait(false) ?? "0";
        var set = _seen is { } known && known.Revision == revision ? known.Set : await ReadAsync(cancellationToken).ConfigureAwait(false);
        _seen = new Seen(set, revision, at);
        return set;
    }

    private async ValueTask<DestinationSet> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new DestinationSet(await store.ListAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (InvalidDataException e)
        {
            // What is known goes on; without anything known nothing is accepted, as without Redis.
            return _seen?.Set ?? throw new StorageUnavailableException(e.Message, e);
        }
    }
}
