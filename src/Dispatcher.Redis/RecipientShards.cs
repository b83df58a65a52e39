using System.Globalization;
using Dispatcher.Core.Checks;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// What is known of recipients whoever writes, spread over <see cref="Count"/> hash tags <c>{r:NN}</c>, since they belong to no tenant's lane. Read
/// for many at once: by one command, in a cluster by one a key, all sent together.
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

        var keys = Array.ConvertAll(known, i => KeyOf(recipientHashes[i]));
        // One command costs one server least. In a cluster each shard has a slot of its own; and while one moves, a command with several keys of it is
        // refused (TRYAGAIN), but one with a single key is sent on to where it is.
        var values = await redis.CallAsync(
            database => RedisConnection.IsCluster(database) ? Task.WhenAll(keys.Select(key => database.StringGetAsync(key))) : database.StringGetAsync(keys),
            cancellationToken).ConfigureAwait(false);
        for (var n = 0; n < known.Length; n++)
        {
            if (values[n].HasValue)
            {
                facts[known[n]] = Read(values[n]!);
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
