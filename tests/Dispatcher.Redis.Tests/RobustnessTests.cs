using System.Text;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Redis.Tests;

public sealed class RobustnessTests(RedisFixture redis)
{
    [Fact]
    public async Task Library_ForgottenByRedis_IsLoadedAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddAsync("acme", "a1");
        await redis.Server.CommandAsync("FUNCTION FLUSH");

        Assert.Equal(AddResult.Accepted, await engine.AddAsync("acme", "a2"));
    }

    /// <summary>As a worker of a new version finds it.</summary>
    [Fact]
    public async Task Library_MissingWhileRedisIsFull_SaysSoAndIsLoadedLater()
    {
        await using var server = await RedisServer.StartAsync();
        await using var engine = await Engine.StartAsync(server);
        await engine.AddAsync("acme", "a1");
        await server.CommandAsync("FUNCTION FLUSH");
        await server.CommandAsync("CONFIG SET maxmemory-policy noeviction");
        await server.CommandAsync("CONFIG SET maxmemory 1mb");

        var e = await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Lane("w1").ClaimAsync(1, 1, default));
        await server.CommandAsync("CONFIG SET maxmemory 0");

        Assert.Contains("maxmemory", e.Message, StringComparison.Ordinal);
        Assert.Single((await engine.Lane("w1").ClaimAsync(2, 1, default)).Entries);
    }

    [Fact]
    public async Task Call_RedisKilledAndBack_WorksAgainWithTheDataKept()
    {
        await using var server = await RedisServer.StartAsync(appendFsync: "always");
        await using var engine = await Engine.StartAsync(server);
        await engine.AddAsync("acme", "a1");

        await server.KillAsync();
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await engine.AddAsync("acme", "a2"));
        await server.StartAgainAsync();

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                Assert.Equal(1, (await engine.Status.ReadAsync(true, deadline.Token)).Backlog[State.Queued]);
                break;
            }
            catch (StorageUnavailableException)
            {
                await Task.Delay(50, deadline.Token);
            }
        }
    }

    [Fact]
    public async Task Call_NobodyListens_SaysWhereAndWhichSetting()
    {
        var port = FreePort.Find();
        await using var engine = await Engine.StartAsync(redis.Server);
        await using var nowhere = new RedisConnection(
            Microsoft.Extensions.Options.Options.Create(new RedisOptions { Configuration = $"127.0.0.1:{port},password=secret,connectTimeout=200" }),
            TimeProvider.System,
            engine.Metrics);

        var e = await Assert.ThrowsAsync<StorageUnavailableException>(() => nowhere.CallAsync(d => d.PingAsync(), default));

        Assert.Contains($"127.0.0.1:{port}", e.Message, StringComparison.Ordinal);
        Assert.Contains("Redis:Configuration", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_RedisHangs_IsUnavailable()
    {
        await using var server = await RedisServer.StartAsync();
        await using var engine = await Engine.StartAsync(server);
        await engine.AddAsync("acme", "a1");
        await using var impatient = Engine.Of(server.Configuration, engine.Options, callTimeout: TimeSpan.FromMilliseconds(300));
        var store = impatient.Invitations;
        Assert.Single(await store.ListAsync(new RecordFilter { Limit = 10 }, default));
        await server.CommandAsync("CLIENT PAUSE 2000");

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.ListAsync(new RecordFilter { Limit = 10 }, default));
    }

    [Fact]
    public async Task Call_RedisIsAReplicaForAWhile_IsUnavailableAndThenWorks()
    {
        await using var server = await RedisServer.StartAsync();
        await using var engine = await Engine.StartAsync(server);
        await engine.AddAsync("acme", "a1");
        await server.CommandAsync("REPLICAOF 127.0.0.1 1");

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await engine.AddAsync("acme", "a2"));
        await server.CommandAsync("REPLICAOF NO ONE");

        Assert.Equal(AddResult.Accepted, await engine.AddAsync("acme", "a2"));
    }

    [Fact]
    public async Task Full_RedisOutOfMemory_RefusesWhatComesInAndEndsWhatIsQueued()
    {
        await using var server = await RedisServer.StartAsync();
        await using var engine = await Engine.StartAsync(server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await server.CommandAsync("CONFIG SET maxmemory-policy noeviction");
        await server.CommandAsync("CONFIG SET maxmemory 1mb");

        Assert.Equal(AddResult.Full, await engine.AddAsync("acme", "a2"));
        var claimed = await Engine.StartOneAsync(lane);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Done(claimed))).Kind);
        await server.CommandAsync("CONFIG SET maxmemory 0");

        Assert.Equal(AddResult.Accepted, await engine.AddAsync("acme", "a2"));
        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Fact]
    public async Task Claim_ControlCharactersInNamesAndReplies_SpoilNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1", body: """{"tenant":"acme","id":"a1","recipient":{"email":"a1@example.com"},"templateId":"t\u0000\t\nx","tags":["one\u0000\ttwo\n"]}""");
        await engine.Invitations.EditNameAsync("acme", "a1", "Eva", default);

        var claimed = Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries);
        await Engine.StepAsync(lane, Engine.Start(claimed));
        await Engine.StepAsync(lane, Engine.Done(claimed) with { Reply = "250 a\tb\nc\0d" });

        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal(("acme", "a1", "Eva"), (claimed.Tenant, claimed.Id, claimed.Facts.EditedName));
        Assert.Equal((Status.Delivered, "250 a b c d"), (record.Status, record.Reply));
        Assert.Empty((await LanePicture.TakeAsync(engine)).Faults);
    }

    [Fact]
    public async Task EnsureAgreed_OtherLaneCount_Refuses()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddAsync("acme", "a1");
        var other = new QueueLanes(engine.Redis, Microsoft.Extensions.Options.Options.Create(new QueueOptions { Lanes = 4 }));

        var e = await Assert.ThrowsAsync<QueueMismatchException>(async () => await other.EnsureAgreedAsync(default));

        Assert.Contains("lanes 1", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A worker that is told so tries the steps apart; of an outage it waits for the end.</summary>
    [Fact]
    public async Task Advance_AKeyIsOfAnotherType_SaysThatItIsOfThisCall()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await engine.AddAsync("beta", "b1");
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;
        await engine.Redis.CallAsync(d => d.StringSetAsync(engine.Lanes.All[0].Tenant("acme"), "nonsense"), default);

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => lane.AdvanceAsync([Engine.Start(claimed[0])], default));

        Assert.True(refused.OfThisCall, refused.Message);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed[1]))).Kind);
    }

    /// <summary>Whoever adds it again must not be told that it is known, for nothing is there to be sent.</summary>
    [Fact]
    public async Task Add_TheOrderIsOfAnotherType_LeavesNothingByWhichItIsKnown()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var order = engine.Lanes.All[0].Prefix + "order:0";
        await engine.Redis.CallAsync(d => d.HashSetAsync(order, "foreign", 1), default);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.AddAsync("acme", "a1"));
        await engine.Redis.CallAsync(d => d.KeyDeleteAsync(order), default);

        Assert.Equal(AddResult.Accepted, await engine.AddAsync("acme", "a1"));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Call_RedisIsOutOfMemory_IsNotOfThisCall()
    {
        await using var server = await RedisServer.StartAsync();
        await using var engine = await Engine.StartAsync(server);
        await engine.AddAsync("acme", "a1");
        await server.CommandAsync("CONFIG SET maxmemory-policy noeviction");
        await server.CommandAsync("CONFIG SET maxmemory 1mb");

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Redis.RunAsync(Script.Intake, engine.Lanes.All[0].Lane, ["", "test", "1000"], default));

        Assert.False(refused.OfThisCall, refused.Message);
    }

    /// <summary>Until its slot has moved no call of the lane passes, whatever steps are in it.</summary>
    [Fact]
    public async Task Advance_ItsLaneMoves_IsNotOfThisCall()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var engine = Engine.Of(cluster.Configuration, new QueueOptions());
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        var slot = await cluster.SlotOfAsync((string)engine.Lanes.All[0].Lane!);
        var from = await cluster.OwnerAsync(slot);
        await cluster.OpenSlotAsync(slot, cluster.Nodes.First(n => n != from));

        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => lane.AdvanceAsync([Engine.Start(claimed)], default));

        Assert.False(refused.OfThisCall, refused.Message);
    }

    [Fact]
    public async Task Claim_BodyOfAQuarterMegabyteWithAnyBytes_ComesBackAsItWas()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var body = $$"""{"x":"{{new string('å', 120_000)}}\u0000\r\n"}""";
        await engine.AddAsync("acme", "a1", body: body);

        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);

        Assert.Equal(body, Encoding.UTF8.GetString(claimed.Body.Span));
    }
}
