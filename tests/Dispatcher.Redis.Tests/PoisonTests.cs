using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

/// <summary>Invitations that kill whoever holds them.</summary>
public sealed class PoisonTests(RedisFixture redis)
{
    private static readonly TimeSpan OneLease = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan FourLeases = TimeSpan.FromSeconds(21);

    [Fact]
    public async Task Crashes_TwoInCompanyThreeAlone_SetTheCulpritAsideAndNobodyElse()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var alive = engine.Lane("alive");
        await engine.AddManyAsync("acme", 6);
        var crashes = new List<int>();
        var delivered = new List<string>();
        for (var turn = 0; turn < 40 && delivered.Count < 5; turn++)
        {
            // A new worker each time: it dies of i3, and ends what it gets without i3.
            using var worker = engine.Lane($"w{turn}");
            await worker.BeatAsync(default);
            var claimed = (await worker.ClaimAsync(1, 4, default)).Entries;
            if (claimed.Any(c => c.Id == "i3"))
            {
                crashes.Add(claimed.Count);
                await SilentAsync(engine, alive, $"w{turn}", OneLease);
            }
            else
            {
                await Engine.StartAsync(worker, claimed);
                await Engine.DoneAsync(worker, claimed);
                delivered.AddRange(claimed.Select(c => c.Id));
            }

            await engine.AssertInOrderAsync();
        }

        Assert.Equal([4, 4, 1, 1, 1], crashes);
        Assert.Equal(["i0", "i1", "i2", "i4", "i5"], delivered.Order(StringComparer.Ordinal));
        var poison = await engine.RecordAsync("acme", "i3");
        Assert.Equal((Status.InternalError, true), (poison.Status, poison.Detail!.Contains("lost again and again", StringComparison.Ordinal)));
    }

    /// <summary>Lost by somebody's DEL, or written by nobody we know: whoever claims it sets it aside, and the others go on.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("\0")]
    public async Task Claim_RecordThatCannotBeRead_IsHandedOutWithoutABody(string? stored)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 2);
        var key = engine.Lanes.All[0].Prefix + "i:" + RecordKey.Of("acme", "i0");
        Assert.True(await engine.Redis.CallAsync(d => stored is null ? d.KeyDeleteAsync(key) : d.StringSetAsync(key, stored), default));

        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;

        var broken = claimed.Single(c => c.Key == RecordKey.Of("acme", "i0"));
        Assert.Equal(("acme", "", 0), (broken.Tenant, broken.Id, broken.Body.Length));
        Assert.Equal("i1", claimed.Single(c => c.Key != broken.Key).Id);
        var drop = Engine.Start(broken) with { Kind = StepKind.Drop, Status = Status.InternalError };
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, drop)).Kind);
        Assert.Equal((1, 1), (await engine.NumberAsync("t:acme", "internal-error"), await engine.NumberAsync("t:acme", "claimed")));
    }

    [Fact]
    public async Task Claim_Suspect_ComesAloneAndIsFollowedByAPause()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 3);
        await SuspectAsync(engine, "acme", "i0");

        var first = await lane.ClaimAsync(1, 10, default);

        Assert.Equal("i0", Assert.Single(first.Entries).Id);
        Assert.NotNull(first.Next);
        Assert.InRange(first.Next.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100));
        Assert.Equal(["i1", "i2"], (await lane.ClaimAsync(2, 10, default)).Entries.Select(c => c.Id));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_SuspectBehindBusyTenants_GetsItsTurn()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        foreach (var tenant in new[] { "a", "b", "x" })
        {
            await engine.AddManyAsync(tenant, 100);
        }

        await SuspectAsync(engine, "x", "i0");

        var served = new List<(int Call, string Tenant)>();
        for (var call = 1; call <= 20; call++)
        {
            served.AddRange((await lane.ClaimAsync(call, 3, default)).Entries.Select(c => (call, c.Tenant)));
        }

        Assert.InRange(served.Find(s => s.Tenant == "x").Call, 1, 3);
        Assert.InRange(served.Count(s => s.Tenant == "x"), 15, 25);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Crash_OnTheWireTwice_IsShelved()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var alive = engine.Lane("alive");
        await engine.AddManyAsync("acme", 1);
        for (var turn = 1; turn <= 2; turn++)
        {
            using var worker = engine.Lane($"w{turn}");
            await worker.BeatAsync(default);
            await Engine.StartOneAsync(worker, repeatAfter: TimeSpan.FromMilliseconds(1));
            await SilentAsync(engine, alive, $"w{turn}", FourLeases);
            Assert.Equal(turn == 1 ? State.Deferred : State.Final, (await engine.RecordAsync("acme", "i0")).State);
            if (turn == 1)
            {
                await LifeOfAnInvitationTests.PromoteOneAsync(alive);
            }
        }

        var record = await engine.RecordAsync("acme", "i0");
        Assert.Equal((Status.InternalError, "uncertain"), (record.Status, record.Detail));
        Assert.Equal(2, (await engine.Status.ReadAsync(false, default)).Uncertain);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Crash_ClaimedAndOnTheWireTogether_EachIsJudgedByItsOwnMeasure()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var alive = engine.Lane("alive");
        using var worker = engine.Lane("w1");
        await engine.AddManyAsync("acme", 4);
        await worker.BeatAsync(default);
        var claimed = (await worker.ClaimAsync(1, 4, default)).Entries;
        await Engine.StartAsync(worker, claimed.Take(2));

        await SilentAsync(engine, alive, "w1", OneLease);
        Assert.Equal(["i2", "i3"], (await alive.ClaimAsync(1, 10, default)).Entries.Select(c => c.Id).Order(StringComparer.Ordinal));
        await SilentAsync(engine, alive, "w1", FourLeases);

        Assert.Equal(2, (await engine.Status.ReadAsync(false, default)).Backlog[State.Deferred]);
        await engine.AssertInOrderAsync();
    }

    /// <summary>A queued one that nothing has happened to yet, as two crashes leave it.</summary>
    private static async Task SuspectAsync(Engine engine, string tenant, string id)
    {
        var key = engine.Lanes.All[0].State(RecordKey.Of(tenant, id));
        var state = (string)(await engine.Redis.CallAsync(d => d.StringGetAsync(key), default))!;
        await engine.Redis.CallAsync(
            d => d.StringSetAsync(key, state.Replace($"queued\t\t0\t\t\t\t{tenant}\t", $"queued\t\t0\t\t\tcr=2;\t{tenant}\t", StringComparison.Ordinal)), default);
    }

    private static async Task SilentAsync(Engine engine, RedisLane alive, string worker, TimeSpan silence)
    {
        await alive.BeatAsync(default);
        await engine.SilenceAsync(worker, silence);
        await alive.BeatAsync(default);
    }
}
