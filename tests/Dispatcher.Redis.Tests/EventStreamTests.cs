using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Redis.Tests;

/// <summary>The stream of what people see change, in the form that docs/queue.md describes.</summary>
public sealed class EventStreamTests(RedisFixture redis)
{
    [Fact]
    public async Task Lives_OfThreeOfTwoTenants_AreToldByWhatBecameOfThem()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 2);
        await engine.AddManyAsync("beta", 1);
        var claimed = (await lane.ClaimAsync(1, 3, default)).Entries;
        var (acme, beta) = (claimed.Where(c => c.Tenant == "acme").ToList(), claimed.Single(c => c.Tenant == "beta"));

        await Engine.StartAsync(lane, claimed);
        await lane.AdvanceAsync([Engine.Done(acme[0]), Engine.Done(acme[1]) with { Reply = "250 queued as 1F" }, Engine.Done(beta, Status.Rejected) with { Reply = null }], default);

        var keys = string.Concat(acme.Select(c => c.Key + "\n"));
        Assert.Equal(
            [
                ("2", "\tqueued\t0\ttest", "\tacme\n" + keys),
                ("3", "\tqueued\t0\ttest", $"\tbeta\n{beta.Key}\n"),
                ("6", "queued\tsending\t1\tw1", $"\tacme\n{keys}\tbeta\n{beta.Key}\n"),
                ("9", "sending\tdelivered\t1\tw1", $"\tacme\n{acme[0].Key}\t250 2.0.0 ok\n{acme[1].Key}\t250 queued as 1F\n"),
                ("9", "sending\trejected\t1\tw1", $"\tbeta\n{beta.Key}\n"),
            ],
            await ToldAsync(engine));
    }

    /// <summary>Doors add events while no worker trims them.</summary>
    [Theory]
    [InlineData(1000, 1000, 1100)]
    [InlineData(1_000_000, 1400, 1400)]
    public async Task Add_AfterABeat_KeepsNoMoreEntriesThanItsWorkerWants(int most, int atLeast, int atMost)
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { MaxEvents = most });
        using var lane = engine.Lane("w1");
        await lane.BeatAsync(default);

        for (var n = 0; n < 1400; n++)
        {
            await engine.AddManyAsync("acme", 1, prefix: $"{n}-");
        }

        Assert.InRange(await engine.Redis.CallAsync(d => d.StreamLengthAsync(engine.Lanes.All[0].Events), default), atLeast, atMost);
    }

    /// <summary>Whoever reads the stream may write to it by mistake: the worker's lease does not depend on that.</summary>
    [Fact]
    public async Task Beat_TheOldestEntryIsForeign_IsConfirmedAndKeepsToTheNumber()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { MaxEvents = 1000 });
        using var lane = engine.Lane("w1");
        for (var n = 0; n < 1400; n++)
        {
            await engine.Redis.CallAsync(d => d.StreamAddAsync(engine.Lanes.All[0].Events, "a", "b"), default);
        }

        await lane.BeatAsync(default);

        Assert.InRange(await engine.Redis.CallAsync(d => d.StreamLengthAsync(engine.Lanes.All[0].Events), default), 1000, 1100);
    }

    /// <summary>How many there were by then, what, and the lines of it; those of an entry in the order of what they say.</summary>
    private static async Task<List<(string Sum, string What, string Lines)>> ToldAsync(Engine engine)
    {
        var entries = (await engine.Redis.CallAsync(d => d.ExecuteAsync("XRANGE", engine.Lanes.All[0].Events, "-", "+"), default)).Rows();
        return
        [
            .. entries.Select(entry => entry.Rows()[1].Texts()).SelectMany(fields =>
            {
                Assert.Equal("n", fields[0]);
                return fields.Skip(2).Chunk(2).Select(f => (fields[1], f[0], f[1])).OrderBy(f => f.Item2, StringComparer.Ordinal);
            }),
        ];
    }
}
