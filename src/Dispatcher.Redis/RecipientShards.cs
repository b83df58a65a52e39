using System.Globalization;
using Dispatcher.Core.Checks;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// What is known of recipients whoever writes, spread over <see cref="Count"/> hash tags <c>{r:NN}</c>, since they belong to no tenant's lane. Read
/// for many at once: by one command, in a cluster by one a shard, all sent together.
/// </summary>
public sealed class RecipientShards(RedisConnection redis)
{
    /// <summary>Fixed: another number would look for old keys in the wrong places.</summary>
    public const int Count = 16;

    /// <param name="recipientHash">22 characters of base64url; the first is as good as random.</param>
    public static RedisKey KeyOf(string recipientHash) =>
        string.Create(CultureInfo.InvariantCulture, $"{{r:{ShardOf(recipientHash):00}}}:p:{recipientHash}");

    /// <param name="recipientHashes">Empty ones are nobody.</param>
    /// <returns>In order; the default where nothing is known.</returns>
    public async Task<RecipientFacts[]> FindAsync(IReadOnlyList<string> recipientHashes, CancellationToken cancellationToken)
    {
        var facts = new RecipientFacts[recipientHashes.Count];
        var known = Enumerable.Range(0, facts.Length).Where(i => recipientHashes[i].Length > 0).ToArray();
        if (known.Length == 0)
        {
            return facts;
        }

        var (shards, values) = await redis.CallAsync(
            async database =>
            {
                // One server takes all in one command; in a cluster each shard has its own slot.
                int[][] groups = RedisConnection.IsCluster(database) ? [.. known.GroupBy(i => ShardOf(recipientHashes[i])).Select(g => g.ToArray())] : [known];
                return (groups, await Task.WhenAll(groups.Select(group => database.StringGetAsync(Array.ConvertAll(group, i => KeyOf(recipientHashes[i]))))).ConfigureAwait(false));
            },
            cancellationToken).ConfigureAwait(false);
        for (var s = 0; s < shards.Length; s++)
        {
            for (var n = 0; n < shards[s].Length; n++)
            {
                if (values[s][n].HasValue)
                {
                    facts[shards[s][n]] = Read(values[s][n]!);
                }
            }
        }

        return facts;
    }

    private static RecipientFacts Read(string packed) => packed == "o" ? new(true, 0) : new(false, packed.Split(' ').Length - 1);

    private static int ShardOf(string recipientHash)
    {
        var sum = 0;
        foreach (var character in recipientHash.AsSpan(0, Math.Min(4, recipientHash.Length)))
        {
            sum = (sum * 31) + character;
        }

        return (sum & int.MaxValue) % Count;
    }
}
