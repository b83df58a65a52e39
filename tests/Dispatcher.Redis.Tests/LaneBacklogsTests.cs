using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Redis.Tests;

/// <summary>The door closes by the backlog of all lanes.</summary>
public sealed class LaneBacklogsTests(RedisFixture redis)
{
    private const int Most = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
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

    /// <summary>Its connections stay open and say nothing.</summary>
    [Fact]
    public async Task Add_AMasterHangs_IsWaitedForOnceAndNotByEachElsewhere()
    {
        await using var cluster = await RedisCluster.StartAsync();
        // Else the others refuse everything, too, as soon as they miss it.
        await Task.WhenAll(cluster.Nodes.Select(node => node.CliAsync("CONFIG", "SET", "cluster-require-full-coverage", "no")));
        await using var engine = Engine.Of(cluster.Configuration, new QueueOptions { Lanes = 16 });
        var needed = await Task.WhenAll(new[] { DispatchKeys.Meta, DispatchKeys.Destinations }.Select(key => OwnerAsync(cluster, key!)));
        var tenants = Enumerable.Range(0, 200).Select(n => $"t{n}").DistinctBy(engine.Lanes.Of).ToArray();
        var owners = await Task.WhenAll(tenants.Select(tenant => OwnerAsync(cluster, engine.Lanes.Of(tenant).Prefix)));
        var hung = owners.First(owner => !needed.Contains(owner));
        var elsewhere = tenants[Array.FindIndex(owners, owner => owner != hung)];
        foreach (var tenant in tenants)
        {
            await AddAsync(engine, tenant, 0, 1);
        }

        await hung.PauseAsync();
        var (started, added, slow) = (TimeProvider.System.GetTimestamp(), 0, 0);
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2.5))
        {
            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal([AddResult.Accepted], await AddAsync(engine, elsewhere, ++added, 1));
            slow += TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(0.5) ? 1 : 0;
        }

        Assert.InRange(slow, 0, 1);
        await hung.ContinueAsync();
    }

    [Fact]
    public async Task Look_ALaneHangs_IsWaitedForOnceAndCountsAsBeforeUntilItAnswers()
    {
        var time = new FakeTimeProvider();
        var counts = new FakeCounts(2, 3);
        var backlogs = new LaneBacklogs(counts.Lanes, 100, counts.OfAsync, time);
        await backlogs.LookAsync(default);
        counts.Set(0, 20);
        var hung = counts.Hang(1);
        time.Advance(Second / 4);

        // Whoever comes within a second waits for it, until that is over. From then on the other is asked alone.
        var first = backlogs.LookAsync(default).AsTask();
        time.Advance(Second * 3 / 4);
        var second = backlogs.LookAsync(default).AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        time.Advance(Second / 4);
        await Task.WhenAll(first, second).WaitAsync(Patience, TimeProvider.System, default);
        Assert.True(backlogs.LookAsync(default).AsTask().IsCompletedSuccessfully);
        Assert.Equal((97, 80), Limits(backlogs, counts));
        Assert.Equal((3, 2), (counts.Asked(0), counts.Asked(1)));

        // It is asked again when the call has failed, and not waited for.
        // On a thread without a context, what waits for the answer has gone on by then.
        await Task.Run(() => hung.SetException(new StorageUnavailableException("no answer in time")));
        hung = counts.Hang(1);
        counts.Set(0, 30);
        time.Advance(Second / 4);
        Assert.True(backlogs.LookAsync(default).AsTask().IsCompletedSuccessfully);
        Assert.Equal((97, 70), Limits(backlogs, counts));
        Assert.Equal(3, counts.Asked(1));

        // Then it answers, and is one as the others.
        await Task.Run(() => hung.SetResult(4));
        Assert.Equal((96, 70), Limits(backlogs, counts));
        counts.Hang(1);
        time.Advance(Second / 4);
        Assert.False(backlogs.LookAsync(default).AsTask().IsCompleted);
    }

    private static (long? First, long? Other) Limits(LaneBacklogs backlogs, FakeCounts counts) =>
        (backlogs.MostOf(counts.Lanes[0]), backlogs.MostOf(counts.Lanes[1]));

    private static async Task<RedisServer> OwnerAsync(RedisCluster cluster, string key) => await cluster.OwnerAsync(await cluster.SlotOfAsync(key));

    private static async Task<IReadOnlyList<AddResult>> AddAsync(Engine engine, string tenant, int first, int count) =>
        await engine.Invitations.AddAsync([.. Enumerable.Range(first, count).Select(n => Engine.Invitation(tenant, $"i{n}"))], "test", default);

    private static (string One, string Other) TwoLanes(Engine engine)
    {
        var other = Enumerable.Range(1, 100).Select(n => $"t{n}").First(name => engine.Lanes.Of(name) != engine.Lanes.Of("t0"));
        return ("t0", other);
    }

    /// <summary>Lanes whose unfinished a test sets; one that hangs answers when it is told to.</summary>
    private sealed class FakeCounts(params long[] counts)
    {
        private readonly Task<long>[] _answers = [.. counts.Select(Task.FromResult)];
        private readonly int[] _asked = new int[counts.Length];

        public IReadOnlyList<LaneKeys> Lanes { get; } = [.. Enumerable.Range(0, counts.Length).Select(n => new LaneKeys(n))];

        public void Set(int lane, long count) => _answers[lane] = Task.FromResult(count);

        public TaskCompletionSource<long> Hang(int lane)
        {
            var answer = new TaskCompletionSource<long>();
            _answers[lane] = answer.Task;
            return answer;
        }

        public Task<long> OfAsync(LaneKeys lane)
        {
            _asked[lane.Number]++;
            return _answers[lane.Number];
        }

        public int Asked(int lane) => _asked[lane];
    }
}
