using Dispatcher.Redis;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Load;

/// <summary>The least that a walk through so many records could cost: SCAN, and UNLINK of the plain strings that a page names, one call at a time.</summary>
internal static class WalkBaseline
{
    private const int Page = 550; // what takes as long as a step of the cancel

    public static async Task FillAsync(IDatabase database, int count, int bodyBytes)
    {
        RedisValue body = new byte[bodyBytes];
        foreach (var chunk in Enumerable.Range(0, count).Chunk(1000))
        {
            await database.StringSetAsync(Array.ConvertAll(chunk, n => KeyValuePair.Create((RedisKey)$"baseline:{n}", body)));
        }
    }

    /// <returns>How many were taken away.</returns>
    public static async Task<long> ClearAsync(IDatabase database, Action<long> progress)
    {
        var (cursor, gone) = ("0", 0L);
        do
        {
            var page = (await database.ExecuteAsync("SCAN", cursor, "COUNT", Page)).Rows();
            var keys = (RedisKey[])page[1]!;
            gone += keys.Length == 0 ? 0 : (long)await database.ExecuteAsync("UNLINK", Array.ConvertAll(keys, k => (object)k));
            progress(gone);
            cursor = page[0].Text();
        }
        while (cursor != "0");

        return gone;
    }
}
