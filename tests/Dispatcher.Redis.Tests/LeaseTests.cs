using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Redis.Tests;

public sealed class LeaseTests(RedisFixture redis)
{
    private static readonly TimeSpan OneLease = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan FourLeases = TimeSpan.FromSeconds(21);

    [Fact]
    public async Task Beat_WorkerDeadForOneLease_GivesBackWhatItClaimed()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var dead = engine.Lane("dead");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await dead.BeatAsync(default);
        await dead.ClaimAsync(1, 1, default);
        await alive.BeatAsync(default);
        await engine.SilenceAsync("dead", OneLease);

        var beat = await alive.BeatAsync(default);

        Assert.Equal(1, beat.GivenBack);
        Assert.Equal("a1", Assert.Single((await alive.ClaimAsync(1, 10, default)).Entries).Id);
    }

    [Fact]
    public async Task Start_AfterTheLeaseWasJudged_IsGone()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var frozen = engine.Lane("frozen");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await frozen.BeatAsync(default);
        var claimed = Assert.Single((await frozen.ClaimAsync(1, 1, default)).Entries);
        await alive.BeatAsync(default);
        await engine.SilenceAsync("frozen", OneLease);
        await alive.BeatAsync(default);

        var answer = await Engine.StepAsync(frozen, Engine.Start(claimed));

        Assert.Equal(StepAnswerKind.Gone, answer.Kind);
    }

    [Fact]
    public async Task Beat_WorkerDeadWhileSending_IsUncertainOnlyAfterFourLeases()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var dead = engine.Lane("dead");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await dead.BeatAsync(default);
        await Engine.StartOneAsync(dead, repeatAfter: TimeSpan.FromMinutes(30));
        await alive.BeatAsync(default);

        await engine.SilenceAsync("dead", OneLease);
        Assert.Equal(0, (await alive.BeatAsync(default)).Uncertain);
        await engine.SilenceAsync("dead", FourLeases);
        Assert.Equal(1, (await alive.BeatAsync(default)).Uncertain);

        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal(State.Deferred, record.State);
        Assert.Equal("uncertain", record.Detail);
    }

    /// <summary>What they were sending can't be judged yet, and does not hold up what others of them had claimed.</summary>
    [Fact]
    public async Task Beat_ManyWorkersDieTogether_WhatTheyHadClaimedComesBackAfterOneLease()
    {
        const int Dead = 30;
        await using var engine = await Engine.StartAsync(redis.Server);
        using var alive = engine.Lane("alive");
        await engine.AddManyAsync("acme", Dead * 3);
        for (var n = 0; n < Dead; n++)
        {
            using var dead = engine.Lane($"dead{n}");
            await dead.BeatAsync(default);
            var claimed = (await dead.ClaimAsync(1, 3, default)).Entries;
            Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(dead, Engine.Start(claimed[0]))).Kind);
        }

        await alive.BeatAsync(default);
        for (var n = 0; n < Dead; n++)
        {
            await engine.SilenceAsync($"dead{n}", OneLease);
        }

        var (back, beats) = (0, 0);
        BeatAnswer answer;
        do
        {
            answer = await alive.BeatAsync(default);
            back += answer.GivenBack;
        }
        while (answer.More && ++beats < 20);

        Assert.Equal(Dead * 2, back);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_AfterAnAttemptThatNobodyKnowsOf_SaysWhichItWas()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var dead = engine.Lane("dead");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await dead.BeatAsync(default);

        // 1. Deferred: surely not taken.
        var first = await Engine.StartOneAsync(dead, repeatAfter: TimeSpan.FromMinutes(1));
        await Engine.StepAsync(dead, Engine.Done(first) with { Kind = StepKind.Defer, Delay = TimeSpan.FromMilliseconds(1) });
        await engine.PassAsync(TimeSpan.FromSeconds(1));
        await dead.PromoteAsync(default);
        var second = await Engine.StartOneAsync(dead, 2, TimeSpan.FromMilliseconds(1));
        Assert.Equal((1, 0), (second.Attempt, second.LastUncertain));

        // 2. Its worker dies.
        await alive.BeatAsync(default);
        await engine.SilenceAsync("dead", FourLeases);
        Assert.Equal(1, (await alive.BeatAsync(default)).Uncertain);
        await engine.PassAsync(TimeSpan.FromSeconds(1));
        await alive.PromoteAsync(default);
        var third = Assert.Single((await alive.ClaimAsync(1, 1, default)).Entries);

        Assert.Equal((2, 2), (third.Attempt, third.LastUncertain));
    }

    [Fact]
    public async Task Beat_PolicyHold_SetsTheUncertainAside()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var dead = engine.Lane("dead");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await dead.BeatAsync(default);
        await Engine.StartOneAsync(dead, repeatAfter: null);
        await alive.BeatAsync(default);
        await engine.SilenceAsync("dead", FourLeases);

        await alive.BeatAsync(default);

        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal(Status.InternalError, record.Status);
        Assert.Equal("uncertain", record.Detail);
    }

    [Fact]
    public async Task Done_LateDelivered_WithdrawsTheRepeat()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var frozen = engine.Lane("frozen");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await frozen.BeatAsync(default);
        var claimed = await Engine.StartOneAsync(frozen, repeatAfter: TimeSpan.FromMilliseconds(1));
        await alive.BeatAsync(default);
        await engine.SilenceAsync("frozen", FourLeases);
        await alive.BeatAsync(default);
        await LifeOfAnInvitationTests.PromoteOneAsync(alive);

        var answer = await Engine.StepAsync(frozen, Engine.Done(claimed));

        Assert.Equal(StepAnswerKind.Ok, answer.Kind);
        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
        Assert.Empty((await alive.ClaimAsync(1, 10, default)).Entries);
        Assert.Equal(0, (await engine.Status.ReadAsync(true, default)).Unfinished);
    }

    [Fact]
    public async Task Defer_LateKnownNotTaken_LeavesTheRepeatStanding()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var frozen = engine.Lane("frozen");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await frozen.BeatAsync(default);
        var claimed = await Engine.StartOneAsync(frozen, repeatAfter: TimeSpan.FromMinutes(1));
        await alive.BeatAsync(default);
        await engine.SilenceAsync("frozen", FourLeases);
        await alive.BeatAsync(default);

        await Engine.StepAsync(frozen, Engine.Done(claimed) with { Kind = StepKind.Defer, AcceptedBy = null, Delay = TimeSpan.FromMinutes(9) });

        Assert.Equal(State.Deferred, (await engine.RecordAsync("acme", "a1")).State);
        // The attempt is known now: a second late outcome of it is stale.
        Assert.Equal(StepAnswerKind.Stale, (await Engine.StepAsync(frozen, Engine.Done(claimed))).Kind);
    }

    [Fact]
    public async Task Unsure_SecondTime_IsSetAside()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        for (var call = 1; call <= 2; call++)
        {
            var claimed = await Engine.StartOneAsync(lane, call, TimeSpan.FromMilliseconds(1));
            await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Unsure, AcceptedBy = null });
            if (call == 1)
            {
                await LifeOfAnInvitationTests.PromoteOneAsync(lane);
            }
        }

        Assert.Equal(Status.InternalError, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Fact]
    public async Task Beat_AfterAGapInAllBeats_JudgesNobodyForOneLease()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var silent = engine.Lane("silent");
        using var first = engine.Lane("first");
        await engine.AddAsync("acme", "a1");
        await silent.BeatAsync(default);
        await silent.ClaimAsync(1, 1, default);
        // Redis was away: every heartbeat is old, the lane's own too.
        await engine.SilenceAsync("silent", OneLease);
        await engine.Redis.CallAsync(d => d.HashSetAsync(engine.Lanes.All[0].Lane, "beat", 0), default);

        Assert.Equal(0, (await first.BeatAsync(default)).GivenBack);
        Assert.Equal(0, (await first.BeatAsync(default)).GivenBack);
    }

    [Fact]
    public async Task Claim_SameCallAgain_ReturnsTheSame()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await engine.AddAsync("acme", "a2");
        var first = (await lane.ClaimAsync(1, 1, default)).Entries;

        var again = (await lane.ClaimAsync(1, 1, default)).Entries;

        Assert.Equal(first.Select(c => c.Key), again.Select(c => c.Key));
        Assert.Single(await lane.HeldAsync(default));
    }

    [Fact]
    public async Task Back_FromAWorkerThatHoldsIt_GoesToTheHead()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await engine.AddAsync("acme", "a2");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);

        await Engine.StepAsync(lane, new Step { Kind = StepKind.Back, Key = claimed.Key, Attempt = 0 });
        await lane.LeaveAsync(default);

        Assert.Equal("a1", Assert.Single((await lane.ClaimAsync(2, 1, default)).Entries).Id);
    }
}
