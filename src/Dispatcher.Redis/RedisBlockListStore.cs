using System.Globalization;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>The operators' block list: one set for all lanes, which workers read whole.</summary>
public sealed class RedisBlockListStore(RedisConnection redis) : IBlockListStore
{
    // About half a millisecond of Redis' time.
    private const int MostPerCall = 1000;

    public async ValueTask<long> ReplaceAsync(IAsyncEnumerable<string> domains, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var load = Guid.NewGuid().ToString("N");
        var chunk = new List<RedisValue>(MostPerCall);
        var taken = 0L;
        await foreach (var domain in domains.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            chunk.Add(Member(domain));
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

        return await RunAsync("replace", cancellationToken, load, taken == 0 ? "empty" : "").ConfigureAwait(false);

        async Task AddAsync()
        {
            await RunAsync("add", cancellationToken, [load, .. chunk]).ConfigureAwait(false);
            chunk.Clear();
            progress?.Report(taken);
        }
    }

    public ValueTask<long> AddAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken) => ChangeAsync("merge", domains, cancellationToken);

    public ValueTask<long> RemoveAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken) => ChangeAsync("remove", domains, cancellationToken);

    public async ValueTask<long> ClearAsync(CancellationToken cancellationToken) => await RunAsync("clear", cancellationToken).ConfigureAwait(false);

    /// <remarks>Page by page, so that nobody waits for it: what changes meanwhile may be there or not, and the revision tells that it did.</remarks>
    public async ValueTask<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new SortedSet<string>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var from = cursor;
            var page = (await redis.CallAsync(
                d => d.ExecuteAsync("SSCAN", DispatchKeys.Blocked, from, "COUNT", MostPerCall.ToString(CultureInfo.InvariantCulture)), cancellationToken).ConfigureAwait(false)).Rows();
            cursor = page[0].Text();
            all.UnionWith(page[1].Texts());
        }
        while (cursor != "0");
        return [.. all];
    }

    public async ValueTask<long> SizeAsync(CancellationToken cancellationToken) =>
        await redis.CallAsync(d => d.SetLengthAsync(DispatchKeys.Blocked), cancellationToken).ConfigureAwait(false);

    public async ValueTask<string?> FindAsync(string domain, CancellationToken cancellationToken)
    {
        // The last label alone is no domain.
        for (var rest = Member(domain); rest.Contains('.', StringComparison.Ordinal); rest = rest[(rest.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            var one = rest;
            if (await redis.CallAsync(d => d.SetContainsAsync(DispatchKeys.Blocked, one), cancellationToken).ConfigureAwait(false))
            {
                return rest;
            }
        }

        return null;
    }

    /// <returns>Grows with each change; the same again: nothing has changed.</returns>
    internal async ValueTask<string> RevisionAsync(CancellationToken cancellationToken) =>
        (string?)await redis.CallAsync(d => d.StringGetAsync(DispatchKeys.BlockedRevision), cancellationToken).ConfigureAwait(false) ?? "0";

    private async ValueTask<long> ChangeAsync(string step, IReadOnlyList<string> domains, CancellationToken cancellationToken)
    {
        var size = 0L;
        foreach (var chunk in domains.Chunk(MostPerCall))
        {
            size = await RunAsync(step, cancellationToken, Array.ConvertAll(chunk, domain => (RedisValue)Member(domain))).ConfigureAwait(false);
        }

        return size;
    }

    private async ValueTask<long> RunAsync(string step, CancellationToken cancellationToken, params RedisValue[] more)
    {
        var script = step is "remove" or "clear" ? Script.ShrinkBlockList : Script.BlockList;
        var size = (long)await redis.RunAsync(script, DispatchKeys.Blocked, [step, IBlockListStore.MaxDomains, .. more], cancellationToken).ConfigureAwait(false);
        return size >= 0
            ? size
            : throw new InvalidDataException($"A block list has at most {IBlockListStore.MaxDomains.ToString("N0", CultureInfo.InvariantCulture)} domains; the list in force stays.");
    }

    private static string Member(string domain) => DomainSyntax.Normalise(domain);
}
