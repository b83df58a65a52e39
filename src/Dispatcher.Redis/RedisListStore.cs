using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Allow-lists and catalogues: a set each in the tenant's lane. Recipients are kept as hashes, SKUs as they are.</summary>
public sealed class RedisListStore(RedisConnection redis, QueueLanes lanes) : IListStore
{
    // About half a millisecond of Redis' time.
    private const int MostPerCall = 1000;

    public async ValueTask<long> ReplaceAsync(
        TenantList list, string tenant, IAsyncEnumerable<string> entries, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var load = Guid.NewGuid().ToString("N");
        var chunk = new List<RedisValue>(MostPerCall);
        var taken = 0L;
        await foreach (var entry in entries.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            chunk.Add(Member(list, entry));
            taken++;
            if (chunk.Count == MostPerCall)
            {
                await AddAsync().ConfigureAwait(false);
            }
        }

        if (chunk.Count > 0)
        {
            await AddAsync().ConfigureAwait(false);
        }

        return (long)await RunAsync(list, tenant, "replace", cancellationToken, load, taken == 0 ? "empty" : "").ConfigureAwait(false);

        async Task AddAsync()
        {
            await RunAsync(list, tenant, "add", cancellationToken, [load, .. chunk]).ConfigureAwait(false);
            chunk.Clear();
            progress?.Report(taken);
        }
    }

    public ValueTask<long> AddAsync(TenantList list, string tenant, IReadOnlyList<string> entries, CancellationToken cancellationToken) =>
        ChangeAsync(list, tenant, "merge", entries, cancellationToken);

    public ValueTask<long> RemoveAsync(TenantList list, string tenant, IReadOnlyList<string> entries, CancellationToken cancellationToken) =>
        ChangeAsync(list, tenant, "remove", entries, cancellationToken);

    public async ValueTask<bool> ClearAsync(TenantList list, string tenant, CancellationToken cancellationToken) =>
        (int)await RunAsync(list, tenant, "clear", cancellationToken).ConfigureAwait(false) == 1;

    public async ValueTask<long?> SizeAsync(TenantList list, string tenant, CancellationToken cancellationToken) =>
        (long)await RunAsync(list, tenant, "size", cancellationToken).ConfigureAwait(false) is >= 0 and var size ? size : null;

    private async ValueTask<long> ChangeAsync(TenantList list, string tenant, string step, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        var size = 0L;
        foreach (var chunk in entries.Chunk(MostPerCall))
        {
            size = (long)await RunAsync(list, tenant, step, cancellationToken, Array.ConvertAll(chunk, entry => Member(list, entry))).ConfigureAwait(false);
        }

        return size;
    }

    private async Task<RedisResult> RunAsync(TenantList list, string tenant, string step, CancellationToken cancellationToken, params RedisValue[] more)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        return await redis.RunAsync(step is "remove" or "clear" or "size" ? Script.ShrinkList : Script.List, lanes.Of(tenant).Lane, [Codes.Of(list), tenant, step, .. more], cancellationToken).ConfigureAwait(false);
    }

    private static RedisValue Member(TenantList list, string entry) => list == TenantList.Allow ? RecordKey.OfRecipient(entry) : RecordIdentity.Clean(entry);
}
