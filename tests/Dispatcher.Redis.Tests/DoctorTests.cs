using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

/// <summary>The doctor over a real Redis that something is wrong with. What can't be had there is in <see cref="DoctorFindingsTests"/>.</summary>
public sealed class DoctorTests(RedisFixture redis)
{
    [Fact]
    public async Task Examine_EmptyRedis_KnowsTheServerAndFindsOnlyThatNothingIsKept()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        var seen = await engine.Get<IQueueDoctor>().ExamineAsync(null, default);

        var server = Assert.Single(seen.Servers);
        Assert.Equal("master", server.Role);
        Assert.Equal("noeviction", server.MaxMemoryPolicy);
        Assert.Equal(("no", false), (server.AppendFsync, server.AppendOnly));
        Assert.True(server.UsedMemory > 0);
        Assert.Null(seen.Agreed.Lanes);
        Assert.Equal(["aof-off"], seen.Findings.Select(f => f.Code));
    }

    [Fact]
    public async Task Examine_WorkUnderWay_SaysWhatIsWhere()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await lane.BeatAsync(default);
        await engine.AddAsync("acme", "a1");
        await engine.AddAsync("acme", "a2");
        await engine.AddAsync("beta", "b1");
        await engine.AddAsync("beta", "b2", TimeProvider.System.GetUtcNow().AddHours(1));
        await Engine.StartOneAsync(lane);
        await engine.Control.PauseAsync(QueueScope.Tenant("acme"), default);

        var seen = await engine.Get<IQueueDoctor>().ExamineAsync(null, default);

        var facts = Assert.Single(seen.Lanes);
        Assert.Equal([1, 2, 0, 1, 0], facts.States.OrderBy(p => p.Key).Select(p => p.Value));
        Assert.Equal((2, 1, 0), (facts.FlowsReady, facts.Later, facts.Overdue));
        Assert.True(facts.NextDue > facts.At);
        Assert.Equal(("w1", 1), (Assert.Single(facts.Workers).Name, facts.Workers[0].Held));
        Assert.InRange(facts.EventsKept, 4, 5);
        Assert.Equal(2, seen.Tenants.Sum(t => t.Waiting));
        Assert.Equal("acme", Assert.Single(seen.Scopes).Scope.Name);
        Assert.Contains(seen.Sizes, s => s.Key == "{d:00}:i:*" && s is { Entries: 4, Bytes: > 100 });
        Assert.Equal("1", seen.Agreed.Lanes);
        Assert.Equal(["aof-off"], seen.Findings.Select(f => f.Code));
    }

    [Theory]
    [InlineData("eviction", "CONFIG SET maxmemory-policy allkeys-lru")]
    [InlineData("memory", "CONFIG SET maxmemory 1mb")]
    [InlineData("aof-fsync", "CONFIG SET appendonly yes", "CONFIG SET appendfsync everysec")]
    [InlineData("replica", "REPLICAOF 127.0.0.1 1")]
    [InlineData("out-of-order", "DEL {d:00}:q:acme")]
    [InlineData("out-of-order", "HSET {d:00}:lane n:queued 17")]
    [InlineData("mismatch", "HSET dispatch:meta lanes 4")]
    [InlineData("mismatch", "HSET dispatch:meta schema 99")]
    [InlineData("no-workers", "ZREM {d:00}:workers w1")]
    [InlineData("dead-holders", "ZADD {d:00}:workers 1000 w1")]
    [InlineData("overdue", "ZADD {d:00}:later 1000 x")]
    [InlineData("rejected", "XADD dispatch:rejected * reason r raw x entry 1-1")]
    [InlineData("paused", "HSET dispatch:control paused\\x20tenant\\x20acme 1000")]
    [InlineData("events", "HSET {d:00}:lane events 2000000")]
    [InlineData("door-unread", "XADD dispatch:intake 1000-1 invitation x")]
    [InlineData("door-pending", "XADD dispatch:intake 1000-1 invitation x", "XREADGROUP GROUP dispatch gone STREAMS dispatch:intake >", "XCLAIM dispatch:intake dispatch gone 0 1000-1 IDLE 70000")]
    public async Task Examine_SomethingWrong_FindsIt(string code, params string[] commands)
    {
        await using var server = await RedisServer.StartAsync();
        await using var engine = await Engine.StartAsync(server, new QueueOptions { MaxEvents = 1000 });
        using var lane = engine.Lane("w1");
        await engine.Get<IntakeStream>().EnsureGroupAsync(default);
        await engine.AddAsync("acme", "a1");
        await engine.AddAsync("acme", "a2");
        await lane.BeatAsync(default);
        await Engine.StartOneAsync(lane);
        foreach (var command in commands)
        {
            var words = command.Split(' ').Select(w => w.Replace("\\x20", " ", StringComparison.Ordinal)).ToArray();
            await engine.Redis.CallAsync(d => d.ExecuteAsync(words[0], [.. words.Skip(1).Select(w => w.Contains("d:00", StringComparison.Ordinal) || w.StartsWith("dispatch:", StringComparison.Ordinal) ? (object)(RedisKey)w : w)]), default);
        }

        var found = (await engine.Get<IQueueDoctor>().ExamineAsync(null, default)).Findings;

        var finding = Assert.Single(found, f => f.Code == code);
        Assert.NotEqual("", finding.Remedy);
        Assert.True(found.Count <= 4, string.Join(", ", found.Select(f => f.Code)));
        Assert.Equal(found.OrderByDescending(f => f.Severity), found);
    }

    [Fact]
    public async Task Examine_FromTheStartAReplica_FindsIt()
    {
        await using var server = await RedisServer.StartAsync();
        await using var engine = await Engine.StartAsync(server);
        await engine.AddAsync("acme", "a1");
        await server.CommandAsync("REPLICAOF 127.0.0.1 1");
        await using var late = Engine.Of(server.Configuration, new QueueOptions());

        var seen = await late.Get<IQueueDoctor>().ExamineAsync(new Progress<WalkProgress>(), default);

        Assert.Contains(seen.Findings, f => f.Code == "replica");
        Assert.Equal(1, Assert.Single(seen.Lanes).States[State.Queued]);
        Assert.Null(seen.Lanes[0].NotCompared);
        Assert.Single(await late.Invitations.ListAsync(new RecordFilter(), default));
    }

    [Fact]
    public async Task Examine_SendingForHours_FindsIt()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await lane.BeatAsync(default);
        var claimed = await Engine.StartOneAsync(lane);
        var record = engine.Lanes.All[0].State(claimed.Key);
        var state = (string)(await engine.Redis.CallAsync(d => d.StringGetAsync(record), default))!;
        var trail = state.IndexOf('\n', StringComparison.Ordinal) + 1;
        await engine.Redis.CallAsync(d => d.StringSetAsync(record, string.Concat(state.AsSpan(0, trail), "1000000000000", state.AsSpan(trail + 13))), default);

        var found = (await engine.Get<IQueueDoctor>().ExamineAsync(null, default)).Findings;

        Assert.Contains(found, f => f.Code == "sending-long");
    }

    [Fact]
    public async Task Repair_LaneOutOfOrder_LeavesNothingToFind()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddAsync("acme", "a1");
        await engine.Redis.CallAsync(d => d.KeyDeleteAsync(engine.Lanes.All[0].Prefix + "q:acme"), default);
        var doctor = engine.Get<IQueueDoctor>();

        var report = await doctor.RepairAsync(null, default);

        Assert.Equal(1, report.Queue);
        Assert.DoesNotContain((await doctor.ExamineAsync(null, default)).Findings, f => f.Code == "out-of-order");
    }

    [Fact]
    public async Task Examine_Asked_TellsHowFarItIs()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 1000);
        var told = new List<WalkProgress>();

        await engine.Get<IQueueDoctor>().ExamineAsync(new Listener(told), default);

        Assert.True(told.Count > 1);
        Assert.Equal(told.Order(Comparer<WalkProgress>.Create((a, b) => a.Looked.CompareTo(b.Looked))), told);
        Assert.InRange(told[^1].Share, 0.95, 1);
    }

    private sealed class Listener(List<WalkProgress> told) : IProgress<WalkProgress>
    {
        public void Report(WalkProgress value) => told.Add(value);
    }

    [Fact]
    public async Task Examine_NobodyThere_IsUnavailable()
    {
        await using var engine = Engine.Of($"127.0.0.1:{FreePort.Find()},connectTimeout=200", new QueueOptions(), TimeSpan.FromMilliseconds(500));

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await engine.Get<IQueueDoctor>().ExamineAsync(null, default));
    }

    [Fact]
    public async Task Examine_ALaneOfSeveral_LooksAtAll()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { Lanes = 3 });
        for (var n = 0; n < 9; n++)
        {
            await engine.AddAsync($"tenant{n}", "a");
        }

        var seen = await engine.Get<IQueueDoctor>().ExamineAsync(null, default);

        Assert.Equal(3, seen.Lanes.Count);
        Assert.Single(seen.Servers);
        Assert.Equal(9, seen.Tenants.Count);
        Assert.All(seen.Lanes, l => Assert.Equal(0, l.Order!.Faults));
    }
}
