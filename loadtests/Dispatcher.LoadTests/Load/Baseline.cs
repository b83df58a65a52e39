using StackExchange.Redis;

namespace Dispatcher.LoadTests.Load;

/// <summary>The least that a queue could do with the same library and batch: LPOP a body and SET it, each batch in one pipelined write.</summary>
internal static class Baseline
{
    private static readonly RedisKey Queue = "baseline:queue";

    public static async Task FillAsync(IDatabase database, int count, int bodyBytes)
    {
        RedisValue body = new byte[bodyBytes];
        foreach (var chunk in Enumerable.Range(0, count).Chunk(1000))
        {
            await database.ListRightPushAsync(Queue, [.. chunk.Select(_ => body)]);
        }
    }

    /// <returns>How many were moved.</returns>
    public static async Task<int> DrainAsync(IDatabase database, int batch, int batchesAtOnce)
    {
        var moved = 0;
        await Task.WhenAll(Enumerable.Range(0, batchesAtOnce).Select(_ => Task.Run(LoopAsync)));
        return moved;

        async Task LoopAsync()
        {
            while (true)
            {
                var bodies = await Task.WhenAll(Enumerable.Range(0, batch).Select(_ => database.ListLeftPopAsync(Queue)));
                var first = Interlocked.Add(ref moved, bodies.Count(b => b.HasValue));
                var stored = bodies.Where(b => b.HasValue).Select((b, i) => database.StringSetAsync($"baseline:{first - i}", b)).ToList();
                await Task.WhenAll(stored);
                if (stored.Count < batch)
                {
                    return;
                }
            }
        }
    }
}
