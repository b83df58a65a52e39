using Dispatcher.Redis;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Servers;

/// <param name="Keys">How many there are.</param>
/// <param name="Bytes">Of all together, by MEMORY USAGE of a sample.</param>
internal readonly record struct KeyFamily(long Keys, double Bytes);

/// <summary>Memory by what keys are for: the part of the name after the lane, up to and with its colon.</summary>
internal static class KeyFamilies
{
    private const int MostSampled = 400;
    private const int Page = 2000;

    public static async Task<IReadOnlyDictionary<string, KeyFamily>> MeasureAsync(RedisUnderTest redis)
    {
        // 1. All names; of each family evenly spread samples.
        var names = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (var key in KeysAsync(redis.Database))
        {
            var family = FamilyOf(key);
            if (!names.TryGetValue(family, out var list))
            {
                names[family] = list = [];
            }

            list.Add(key);
        }

        // 2. Their sizes, exact for the few large keys.
        var families = new Dictionary<string, KeyFamily>(StringComparer.Ordinal);
        foreach (var (family, keys) in names)
        {
            var step = Math.Max(1, keys.Count / MostSampled);
            var samples = keys.Where((_, i) => i % step == 0).ToList();
            var sizes = await Task.WhenAll(samples.Select(k => redis.Database.ExecuteAsync("MEMORY", "USAGE", (RedisKey)k, "SAMPLES", 0)));
            families[family] = new KeyFamily(keys.Count, sizes.Average(s => (double)(long)s) * keys.Count);
        }

        return families;
    }

    /// <summary><c>{d:00}:i:abc</c> is of family <c>i:</c>, <c>{d:00}:ready</c> of <c>ready</c>; other keys are their own.</summary>
    public static string FamilyOf(string key)
    {
        var end = key.StartsWith('{') ? key.IndexOf("}:", StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            return key;
        }

        var rest = key[(end + 2)..];
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? rest : rest[..(colon + 1)];
    }

    public static async IAsyncEnumerable<string> KeysAsync(IDatabase database)
    {
        var cursor = "0";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            var reply = (await database.ExecuteAsync("SCAN", cursor, "COUNT", Page)).Rows();
            cursor = reply[0].Text();
            foreach (var key in reply[1].Texts().Where(seen.Add))
            {
                yield return key;
            }
        }
        while (cursor != "0");
    }
}
