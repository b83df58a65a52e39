using System.Numerics;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Servers;

/// <summary>
/// Redis keeps its keys, and their expiries, in hash tables of powers of two. A full one is replaced by one twice as large, to which each later look-up
/// moves a bucket: for as many commands as it had entries, each costs up to half as much again. That comes now and then whatever the keys are; a
/// point of a curve that happens to be measured meanwhile would say nothing about its tenants or records.
/// </summary>
internal static class HashTables
{
    private const int Page = 1_000;
    private const string Filler = "filler:";

    /// <summary>Adds keys until neither table becomes full within the next <paramref name="growth"/> keys, and has Redis finish what it moves.</summary>
    public static async Task SettleAsync(RedisUnderTest redis, int growth)
    {
        var (keys, expiries) = await CountAsync(redis);
        var expiring = Missing(expiries, growth);
        var added = await AddAsync(redis.Database, 0, Math.Max(1, expiring), TimeSpan.FromDays(1));
        await AddAsync(redis.Database, added, Missing(keys + added, growth), null);

        // A look-up of a key that is there moves a bucket of both.
        var most = 2L * (long)BitOperations.RoundUpToPowerOf2((ulong)(keys + (2L * growth)));
        var names = Enumerable.Repeat((object)(RedisKey)(Filler + "0"), Page).ToArray();
        for (var looked = 0L; looked < most; looked += Page)
        {
            await redis.Database.ExecuteAsync("EXISTS", names);
        }
    }

    /// <summary>How many keys lead past the next doubling, if that is near; else none.</summary>
    private static int Missing(long count, int growth)
    {
        var full = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(4, count));
        return full - count <= growth ? (int)(full - count) + 1 : 0;
    }

    private static async Task<int> AddAsync(IDatabase database, int from, int count, TimeSpan? expiry)
    {
        foreach (var numbers in Enumerable.Range(from, count).Chunk(Page))
        {
            await Task.WhenAll(numbers.Select(n => database.StringSetAsync(Filler + n, "", expiry, When.Always)));
        }

        return count;
    }

    private static async Task<(long Keys, long Expiries)> CountAsync(RedisUnderTest redis)
    {
        var line = (await redis.InfoAsync("keyspace")).GetValueOrDefault("db0", "keys=0,expires=0");
        var fields = line.Split(',').Select(f => f.Split('=')).ToDictionary(f => f[0], f => f[1]);
        return (long.Parse(fields["keys"], System.Globalization.CultureInfo.InvariantCulture), long.Parse(fields["expires"], System.Globalization.CultureInfo.InvariantCulture));
    }
}
