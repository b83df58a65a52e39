using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

/// <summary>Calls that come twice or late, workers that were never heard of, data that went back in time.</summary>
public sealed class LostReplyTests(RedisFixture redis)
{
    private static readonly TimeSpan OneLease = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan FourLeases = TimeSpan.FromSeconds(21);

    [Fact]
    public async Task Leave_WhileAReadBlocks_LosesNoEntry()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var door = engine.Get<IntakeStream>();
        await door.EnsureGroupAsync(default);
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            // The worker stops while its read waits in Redis, and a producer adds just then.
            var read = door.ReadAsync(default);
            await Task.Delay(1);
            var leave = door.LeaveAsync();
            Thread.SpinWait(random.Next(20_000));
            await engine.Redis.CallAsync(d => d.ExecuteAsync("XADD", DispatchKeys.Intake, "*", "invitation", "{}"), default);
            await leave;
            await read;
        }

        var pending = (await engine.Redis.CallAsync(d => d.ExecuteAsync("XPENDING", DispatchKeys.Intake, DispatchKeys.Group), default)).Rows();
        Assert.Equal(300, (long)pending[0]);
    }

    [Fact]
    public async Task Interrupt_RepeatedAfterAnotherWorkerStarted_LeavesThatAttemptAlone()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var first = engine.Lane("first");
        using var second = engine.Lane("second");
        await engine.AddAsync("acme", "a1");
        var interrupt = Engine.Done(await Engine.StartOneAsync(first)) with { Kind = StepKind.Interrupt };
        await Engine.StepAsync(first, interrupt);
        var claimed = await Engine.StartOneAsync(second);

        var again = await Engine.StepAsync(first, interrupt);

        Assert.Equal(StepAnswerKind.Stale, again.Kind);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(second, Engine.Done(claimed))).Kind);
        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Fact]
    public async Task Start_PreparedBeforeAnotherAttempt_IsGone()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var frozen = engine.Lane("frozen");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        var old = Assert.Single((await frozen.ClaimAsync(1, 1, default)).Entries);
        await frozen.BeatAsync(default);
        await alive.BeatAsync(default);
        await engine.SilenceAsync("frozen", OneLease);
        await alive.BeatAsync(default);
        var other = await Engine.StartOneAsync(alive);
        await Engine.StepAsync(alive, Engine.Done(other) with { Kind = StepKind.Defer, AcceptedBy = null, Delay = TimeSpan.FromMilliseconds(1) });
        await LifeOfAnInvitationTests.PromoteOneAsync(alive);
        await frozen.ClaimAsync(2, 1, default);

        Assert.Equal(StepAnswerKind.Gone, (await Engine.StepAsync(frozen, Engine.Start(old))).Kind);
    }

    [Fact]
    public async Task Claim_BeforeTheFirstHeartbeat_IsGivenBackWhenTheWorkerDies()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var dead = engine.Lane("dead");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await dead.ClaimAsync(1, 1, default);
        await alive.BeatAsync(default);

        Assert.Contains((await engine.Status.ReadAsync(true, default)).Workers, w => w.Name == "dead");
        await engine.SilenceAsync("dead", OneLease);
        Assert.Equal(1, (await alive.BeatAsync(default)).GivenBack);
    }

    [Fact]
    public async Task Back_OfWhatIsOnNobodysWire_IsUncertain()
    {
        // Redis lost its last second: the outcome that it had confirmed is gone, and the worker has forgotten the invitation.
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane, repeatAfter: TimeSpan.FromMinutes(30));

        await Engine.StepAsync(lane, new Step { Kind = StepKind.Back, Key = claimed.Key, Attempt = 0 });

        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal((State.Deferred, "uncertain"), (record.State, record.Detail));
        Assert.Empty(await lane.HeldAsync(default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Done_LateRefusalOfAnOlderAttempt_NeverOverwritesTheNewer(bool newerIsKnown)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var frozen = engine.Lane("frozen");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        var older = await JudgedAsync(engine, frozen, alive, TimeSpan.FromMilliseconds(1));
        await LifeOfAnInvitationTests.PromoteOneAsync(alive);
        var newer = await Engine.StartOneAsync(alive);
        if (newerIsKnown)
        {
            await Engine.StepAsync(alive, Engine.Done(newer));
        }

        await Engine.StepAsync(frozen, Engine.Done(older, Status.Rejected));
        if (!newerIsKnown)
        {
            await Engine.StepAsync(alive, Engine.Done(newer));
        }

        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Fact]
    public async Task Done_LateDeliveredOfTheFirstOfTwoUncertainAttempts_Settles()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var frozen = engine.Lane("frozen");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        var first = await JudgedAsync(engine, frozen, alive, TimeSpan.FromMilliseconds(1));
        await LifeOfAnInvitationTests.PromoteOneAsync(alive);
        var second = await Engine.StartOneAsync(alive);
        await Engine.StepAsync(alive, Engine.Done(second) with { Kind = StepKind.Unsure, AcceptedBy = null });
        Assert.Equal(Status.InternalError, (await engine.RecordAsync("acme", "a1")).Status);

        await Engine.StepAsync(frozen, Engine.Done(first));

        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Fact]
    public async Task Interrupt_LateAfterTheAttemptWasJudged_IsKnown()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var frozen = engine.Lane("frozen");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        var claimed = await JudgedAsync(engine, frozen, alive, TimeSpan.FromMinutes(1));

        var answer = await Engine.StepAsync(frozen, Engine.Done(claimed) with { Kind = StepKind.Interrupt });

        Assert.Equal(StepAnswerKind.Ok, answer.Kind);
        Assert.Equal(State.Deferred, (await engine.RecordAsync("acme", "a1")).State);
        Assert.Equal(StepAnswerKind.Stale, (await Engine.StepAsync(frozen, Engine.Done(claimed))).Kind);
    }

    [Fact]
    public async Task Beat_ShortestLeaseAndOneWorker_StillJudges()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { LeaseSeconds = 2 });
        using var dead = engine.Lane("dead");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await dead.BeatAsync(default);
        await dead.ClaimAsync(1, 1, default);
        await alive.BeatAsync(default);
        await engine.SilenceAsync("dead", OneLease);
        // The last beat is as old as beats are that come once a second.
        await engine.Redis.CallAsync(d => d.HashDecrementAsync(engine.Lanes.All[0].Lane, "beat", 1050), default);

        Assert.Equal(1, (await alive.BeatAsync(default)).GivenBack);
    }

    [Fact]
    public async Task Claim_ManyCancelledAhead_DoesNotHoldUpOtherTenants()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var ids = Enumerable.Range(0, 3000).Select(i => $"a{i}").ToArray();
        await Task.WhenAll(ids.Select(id => engine.AddAsync("acme", id)));
        await engine.AddAsync("other", "b1");
        await engine.Invitations.CancelAsync("acme", ids, "staff", default);

        Assert.Equal("b1", Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries).Id);
    }

    [Fact]
    public async Task Claim_StoppedAmongCancelledEntries_SaysToComeAgainAtOnce()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var ids = Enumerable.Range(0, 3000).Select(i => $"a{i}").ToArray();
        await Task.WhenAll(ids.Select(id => engine.AddAsync("acme", id)));
        await engine.Invitations.CancelAsync("acme", ids, "staff", default);
        await engine.AddAsync("acme", "last");

        var claimed = await lane.ClaimAsync(1, 10, default);
        for (var call = 2; claimed.Entries.Count == 0; call++)
        {
            Assert.Equal(TimeSpan.Zero, claimed.Next);
            claimed = await lane.ClaimAsync(call, 10, default);
        }

        Assert.Equal("last", Assert.Single(claimed.Entries).Id);
    }

    /// <summary>Claims and starts one, whose outcome nobody knows then: its worker was silent for too long.</summary>
    private static async Task<ClaimedInvitation> JudgedAsync(Engine engine, RedisLane frozen, RedisLane alive, TimeSpan repeatAfter)
    {
        await frozen.BeatAsync(default);
        var claimed = await Engine.StartOneAsync(frozen, repeatAfter: repeatAfter);
        await alive.BeatAsync(default);
        await engine.SilenceAsync("frozen", FourLeases);
        await alive.BeatAsync(default);
        return claimed;
    }
}
