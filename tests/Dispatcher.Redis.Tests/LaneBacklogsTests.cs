using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

/// <summary>The door closes by the backlog of all lanes.</summary>
public sealed class LaneBacklogsTests(RedisFixture redis)
{
    private const int Most = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly QueueOptions FourLanes = new() { Lanes = 4, MaxBacklog = Most };

    [Fact]
    public async Task Add_OneLaneHoldsMoreThanItsShare_IsOpenForAllUntilTheWholeIsFull()
    {
        await using var engine = await Engine.StartAsync(redis.Server, FourLanes);
        var (one, other) = TwoLanes(engine);

        Assert.All(await AddAsync(engine, one, 0, 5), r => Assert.Equal(AddResult.Accepted, r));
        Assert.All(await AddAsync(engine, other, 0, 3), r => Assert.Equal(AddResult.Accepted, r));

        Assert.Equal([AddResult.Duplicate, AddResult.Full], await AddAsync(engine, one, 4, 2));
        Assert.Equal([AddResult.Duplicate, AddResult.Full], await AddAsync(engine, other, 2, 2));
        Assert.Equal(Most, (await engine.Status.ReadAsync(false, default)).Unfinished);
    }

    [Fact]
    public async Task Add_AnotherProcessFilledOtherLanes_IsFull()
    {
        await using var first = await Engine.StartAsync(redis.Server, FourLanes);
        await using var second = Engine.Of(redis.Server.Configuration, FourLanes);
        var (one, other) = TwoLanes(first);
        await AddAsync(first, one, 0, Most);

        Assert.Equal([AddResult.Full], await AddAsync(second, other, 0, 1));
    }

    [Fact]
    public async Task Add_RoomCameInAnotherLane_IsOpenAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server, FourLanes);
        var (one, other) = TwoLanes(engine);
        await AddAsync(engine, one, 0, Most);
        Assert.Equal([AddResult.Full], await AddAsync(engine, other, 0, 1));
        await engine.Invitations.CancelAsync(one, ["i0", "i1"], "staff", default);

        var started = TimeProvider.System.GetTimestamp();
        while ((await AddAsync(engine, other, 0, 1))[0] == AddResult.Full)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience);
            await Task.Delay(10);
        }

        Assert.Equal([AddResult.Accepted, AddResult.Full], await AddAsync(engine, other, 1, 2));
    }

    [Fact]
    public async Task Add_NoLimit_NeverAsksHowManyThereAre()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { Lanes = 4, MaxBacklog = 0 });

        await AddAsync(engine, TwoLanes(engine).One, 0, 3);

        Assert.Null(engine.Get<LaneBacklogs>().MostOf(engine.Lanes.All[0]));
    }

    private static async Task<IReadOnlyList<AddResult>> AddAsync(Engine engine, string tenant, int first, int count) =>
        await engine.Invitations.AddAsync([.. Enumerable.Range(first, count).Select(n => Engine.Invitation(tenant, $"i{n}"))], "test", default);

    private static (string One, string Other) TwoLanes(Engine engine)
    {
        var other = Enumerable.Range(1, 100).Select(n => $"t{n}").First(name => engine.Lanes.Of(name) != engine.Lanes.Of("t0"));
        return ("t0", other);
    }
}
