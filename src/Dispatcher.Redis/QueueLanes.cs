using System.Globalization;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>The lanes there are. Lane count and schema version stand in <c>dispatch:meta</c>; who disagrees must not write.</summary>
public sealed class QueueLanes
{
    /// <summary>Version of keys and records. Grows when an older worker could not read what a newer one wrote.</summary>
    public const int Schema = 7;

    private readonly RedisConnection _redis;
    private readonly LaneKeys[] _lanes;
    private bool _agreed;

    public QueueLanes(RedisConnection redis, IOptions<QueueOptions> options)
    {
        _redis = redis;
        _lanes = [.. Enumerable.Range(0, options.Value.Lanes).Select(n => new LaneKeys(n))];
    }

    public int Count => _lanes.Length;

    public IReadOnlyList<LaneKeys> All => _lanes;

    public LaneKeys Of(string tenant) => _lanes[LaneKeys.LaneOf(tenant, _lanes.Length)];

    /// <summary>Compares with what the data was written with; writes it when there is none yet.</summary>
    /// <exception cref="QueueMismatchException">The data has another lane count or a newer schema.</exception>
    public async ValueTask EnsureAgreedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _agreed))
        {
            return;
        }

        await AgreeAsync("lanes", Count, "set Queue:Lanes to that number (moving data between lanes is not possible)", cancellationToken).ConfigureAwait(false);
        await AgreeAsync("schema", Schema, "run a dispatcher of that schema version", cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _agreed, true);
    }

    /// <summary>Compares once more: Redis may have been emptied under this process, and filled by one that was set up differently.</summary>
    /// <exception cref="QueueMismatchException">As above.</exception>
    public Task AgreeAgainAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _agreed, false);
        return EnsureAgreedAsync(cancellationToken).AsTask();
    }

    private async Task AgreeAsync(string field, int ours, string remedy, CancellationToken cancellationToken)
    {
        var stored = await StoredAsync(field, cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            // Only where there is none: over its maxmemory Redis refuses this command, also when there would be nothing to write.
            // Of two that start at once one writes, both then read the same.
            await _redis.CallAsync(d => d.HashSetAsync(DispatchKeys.Meta, field, ours, When.NotExists), cancellationToken).ConfigureAwait(false);
            stored = await StoredAsync(field, cancellationToken).ConfigureAwait(false);
        }

        if (stored != ours.ToString(CultureInfo.InvariantCulture))
        {
            throw new QueueMismatchException($"the data in Redis has {field} {stored}, this process {ours}: {remedy}");
        }
    }

    private async Task<string?> StoredAsync(string field, CancellationToken cancellationToken) =>
        await _redis.CallAsync(d => d.HashGetAsync(DispatchKeys.Meta, field), cancellationToken).ConfigureAwait(false);
}

/// <summary>This process and the data in Redis were set up differently. The message says what and the remedy.</summary>
public sealed class QueueMismatchException(string message) : Exception(message);
