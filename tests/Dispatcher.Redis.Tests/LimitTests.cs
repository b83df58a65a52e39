using System.Diagnostics;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Redis.Tests;

/// <summary>Limits and pauses of tenants and of everything. The lane's clock stands still: tokens are told exactly.</summary>
public sealed class LimitTests(RedisFixture redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Claim_Rate_GivesOneBurstThenByTime()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", 100, 20);
        await engine.AddManyAsync("acme", 200);
        var call = 0L;

        Assert.Equal(20, await ServeAsync(lane, ++call));
        Assert.Equal(0, await ServeAsync(lane, ++call));
        await engine.PassAsync(TimeSpan.FromMilliseconds(70));
        Assert.Equal(7, await ServeAsync(lane, ++call));
        await engine.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(20, await ServeAsync(lane, ++call));
        Assert.Equal(20 * 10, await engine.NumberAsync("t:acme", "tat") - await ClockAsync(engine), 3);
        await engine.AssertInOrderAsync();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(50, 50)]
    [InlineData(1000, 10)]
    [InlineData(0.5, 1)]
    public async Task Claim_AskedWhenNextSays_ReachesTheRateAndNeverPassesIt(double perSecond, int burst)
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", perSecond, burst);
        await engine.AddManyAsync("acme", 500);
        var (call, served, passed) = (0L, 0, TimeSpan.Zero);

        while (served < 100)
        {
            var claimed = await lane.ClaimAsync(++call, 1000, default);
            Assert.True(await AllStartAsync(lane, claimed.Entries));
            await Engine.DoneAsync(lane, claimed.Entries);
            served += claimed.Entries.Count;
            Assert.InRange(served, 0, burst + (passed.TotalSeconds * perSecond) + 1e-6);
            // What was just started has freed its place in the burst: the moment is told by the next claim.
            var next = claimed.Entries.Count > 0 ? TimeSpan.Zero : claimed.Next;
            Assert.NotNull(next);
            passed += next.Value;
            await engine.PassAsync(next.Value);
            Assert.InRange(call, 0, 500);
        }

        Assert.InRange(served, burst + ((passed.TotalSeconds - 0.05) * perSecond) - Math.Max(1, burst / 2), 1e9);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_NotStarted_NeverExceedsTheBurst()
    {
        await using var engine = await StoppedAsync();
        using var first = engine.Lane("w1");
        using var second = engine.Lane("w2");
        await RateAsync(engine, "acme", 1000, 5);
        await engine.AddManyAsync("acme", 50);

        var held = (await first.ClaimAsync(1, 3, default)).Entries.Concat((await second.ClaimAsync(1, 100, default)).Entries).ToList();
        await engine.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(5, held.Count);
        Assert.Empty((await first.ClaimAsync(2, 100, default)).Entries);
        await Engine.StartAsync(first, held.Take(2));
        Assert.Equal(2, (await second.ClaimAsync(2, 100, default)).Entries.Count);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Start_BurstWasAllClaimed_FlowWaitsForTokensNotForEver()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", 1, 1);
        await engine.AddManyAsync("acme", 3);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        Assert.Null((await lane.ClaimAsync(2, 10, default)).Next);

        await Engine.StartAsync(lane, claimed);
        await Engine.DoneAsync(lane, claimed);

        Assert.Equal(TimeSpan.FromSeconds(1), (await lane.ClaimAsync(3, 10, default)).Next);
        await engine.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Single((await lane.ClaimAsync(4, 10, default)).Entries);
    }

    [Fact]
    public async Task Claim_WhileLimited_IsNeverAskedInALoopAndTouchesNothing()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", 200, 4);
        await engine.AddManyAsync("acme", 100);
        await ServeAsync(lane, 1);

        for (var call = 2; call < 12; call++)
        {
            var claimed = await lane.ClaimAsync(call, 100, default);
            Assert.Empty(claimed.Entries);
            Assert.NotNull(claimed.Next);
            Assert.True(claimed.Next > TimeSpan.Zero);
            Assert.Equal(0, claimed.ActiveWeight > 1 ? 1 : 0);
        }

        Assert.Equal(96, await engine.QueuedAsync("acme"));
        Assert.Equal(0, await engine.NumberAsync("t:acme", "claimed"));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_RealClock_KeepsTheRateWithFewCalls()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", 1000, 50);
        await engine.AddManyAsync("acme", 600);
        await lane.WaitForWorkAsync(TimeSpan.Zero, default); // subscribes
        var (call, served) = (0L, 0);
        var watch = Stopwatch.StartNew();

        while (served < 600)
        {
            var claimed = await lane.ClaimAsync(++call, 256, default);
            await AllStartAsync(lane, claimed.Entries);
            await Engine.DoneAsync(lane, claimed.Entries);
            served += claimed.Entries.Count;
            Assert.InRange(served, 0, 50 + watch.Elapsed.TotalSeconds * 1000 + 1);
            if (claimed.Next is { } next && claimed.Entries.Count < 256)
            {
                Assert.True(next > TimeSpan.Zero);
                await lane.WaitForWorkAsync(next, default);
            }

            Assert.InRange(call, 0, 600);
        }
    }

    /// <summary>Each start and outcome frees something; to come for each token that is there by then would be a call for a few, again and again.</summary>
    [Fact]
    public async Task Done_OfATenantWithARate_LetsItsQueueWaitForMoreThanAToken()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.StopClockAsync();
        await RateAsync(engine, "acme", 1000, 100);
        await engine.AddManyAsync("acme", 300);
        var claimed = (await lane.ClaimAsync(1, 256, default)).Entries;
        await AllStartAsync(lane, claimed);
        Assert.Empty((await lane.ClaimAsync(2, 256, default)).Entries);

        await engine.PassAsync(TimeSpan.FromMilliseconds(5));
        await Engine.DoneAsync(lane, claimed.Take(10));
        var early = await lane.ClaimAsync(3, 256, default);
        await engine.PassAsync(TimeSpan.FromMilliseconds(15));

        Assert.Equal(100, claimed.Count);
        Assert.Empty(early.Entries);
        Assert.Equal(TimeSpan.FromMilliseconds(15), early.Next);
        Assert.Equal(20, (await lane.ClaimAsync(4, 256, default)).Entries.Count);
    }

    [Fact]
    public async Task Claim_Concurrency_HoldsOverTwoWorkersAndAReleaseWakesTheSleeper()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var first = engine.Lane("w1");
        using var second = engine.Lane("w2");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Concurrency = 3 }, default);
        await engine.AddManyAsync("acme", 10);
        var claimed = (await first.ClaimAsync(1, 2, default)).Entries;
        await Engine.StartAsync(first, claimed);
        Assert.Single((await second.ClaimAsync(1, 10, default)).Entries);
        await second.WaitForWorkAsync(Patience, default); // subscribes
        var idle = await second.ClaimAsync(2, 10, default);
        Assert.Empty(idle.Entries);
        Assert.Null(idle.Next);
        var woken = second.WaitForWorkAsync(Patience * 2, default);

        await Engine.DoneAsync(first, claimed.Take(1));
        await woken.WaitAsync(Patience);

        Assert.Single((await second.ClaimAsync(3, 10, default)).Entries);
        await engine.AssertInOrderAsync();
    }

    /// <summary>The claim opens a flow whose moment has come, and has no room for all of it: whoever slept before that knew of no moment.</summary>
    [Fact]
    public async Task Claim_FullWhileALimitOpens_WakesTheSleeper()
    {
        await using var engine = await StoppedAsync();
        using var first = engine.Lane("w1");
        using var second = engine.Lane("w2");
        await second.WaitForWorkAsync(Patience, default); // subscribes
        Assert.Null((await second.ClaimAsync(1, 10, default)).Next);
        await RateAsync(engine, "acme", 100, 10);
        await engine.AddManyAsync("acme", 40);
        var claimed = (await first.ClaimAsync(1, 20, default)).Entries;
        await Engine.StartAsync(first, claimed);
        await Engine.DoneAsync(first, claimed);
        Assert.Empty((await first.ClaimAsync(2, 20, default)).Entries);
        await Task.Delay(100); // what was told so far has come
        await second.WaitForWorkAsync(TimeSpan.FromMilliseconds(1), default);
        var woken = second.WaitForWorkAsync(Patience * 2, default);
        await engine.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(2, (await first.ClaimAsync(3, 2, default)).Entries.Count);
        await woken.WaitAsync(Patience);

        Assert.Equal(8, (await second.ClaimAsync(2, 20, default)).Entries.Count);
    }

    [Fact]
    public async Task Claim_TakesAllOfALimitThatOpens_LetsTheOthersSleep()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", 100, 10);
        await engine.AddManyAsync("acme", 40);
        var claimed = (await lane.ClaimAsync(1, 20, default)).Entries;
        await Engine.StartAsync(lane, claimed);
        await Engine.DoneAsync(lane, claimed);
        await lane.ClaimAsync(2, 20, default);
        await engine.PassAsync(TimeSpan.FromMilliseconds(50));

        Assert.Equal(5, (await lane.ClaimAsync(3, 20, default)).Entries.Count);

        Assert.Equal(1, await engine.NumberAsync("lane", "sleeping"));
    }

    [Theory]
    [InlineData(StepKind.Hold)]
    [InlineData(StepKind.Back)]
    public async Task Advance_ClaimedForNothing_GivesTheTokensBack(StepKind kind)
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", 1, 3);
        await engine.AddManyAsync("acme", 30);
        var held = (await lane.ClaimAsync(1, 20, default)).Entries;
        Assert.Equal(3, held.Count);
        Assert.Empty((await lane.ClaimAsync(2, 20, default)).Entries);

        foreach (var one in held)
        {
            await Engine.StepAsync(lane, Engine.Start(one) with { Kind = kind, Delay = TimeSpan.FromHours(1) });
        }

        var claimed = (await lane.ClaimAsync(3, 20, default)).Entries;
        Assert.Equal(3, claimed.Count);
        await Engine.StartAsync(lane, claimed);
        Assert.Empty((await lane.ClaimAsync(4, 20, default)).Entries);
        await engine.AssertInOrderAsync();
    }

    /// <summary>However often what is claimed is put back, and whatever is claimed meanwhile: in any window no more starts than the rate and two bursts.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Advance_SomeAreHeldAndOthersStarted_StaysWithinRateAndTwoBursts(int seed)
    {
        const int Rate = 10, Burst = 8;
        var random = new Random(seed);
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", Rate, Burst);
        await engine.AddManyAsync("acme", 600);
        var (claimed, starts, passed) = (new List<ClaimedInvitation>(), new List<double>(), 0d);

        for (var turn = 1; turn <= 200; turn++)
        {
            claimed.AddRange((await lane.ClaimAsync(turn, 20, default)).Entries);
            var some = claimed.Where(_ => random.Next(3) == 0).ToList();
            claimed.RemoveAll(some.Contains);
            var hold = random.Next(2) == 0;
            foreach (var one in some)
            {
                var step = Engine.Start(one) with { Kind = hold ? StepKind.Hold : StepKind.Start, Delay = TimeSpan.FromHours(1) };
                Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, step)).Kind);
            }

            starts.AddRange(hold ? [] : Enumerable.Repeat(passed, some.Count));
            var pause = random.Next(4) == 0 ? 2000 : random.Next(200);
            passed += pause / 1000d;
            await engine.PassAsync(TimeSpan.FromMilliseconds(pause));
        }

        Assert.True(starts.Count > 100, $"{starts.Count}");
        for (var from = 0; from < starts.Count; from++)
        {
            for (var to = from; to < starts.Count; to++)
            {
                Assert.InRange(to - from + 1, 0, ((starts[to] - starts[from]) * Rate) + (2 * Burst) + 1e-6);
            }
        }
    }

    [Fact]
    public async Task Start_MonthUsedUp_EndsAsLimitReached()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 4);
        var claimed = (await lane.ClaimAsync(1, 4, default)).Entries;

        var answers = await lane.AdvanceAsync([.. claimed.Select(c => Engine.Start(c) with { Month = "2026-11", MonthlyLimit = 2 })], default);

        Assert.Equal([StepAnswerKind.Ok, StepAnswerKind.Ok, StepAnswerKind.Changed, StepAnswerKind.Changed], answers.Select(a => a.Kind));
        var drop = Engine.Start(claimed[3]) with { Kind = StepKind.Drop, Status = Status.LimitReached };
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, drop)).Kind);
        Assert.Equal(1, await engine.NumberAsync("t:acme", "limit-reached"));
    }

    [Fact]
    public async Task Wait_ClosesTheTenantUntilTheMoment()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 3);
        await engine.AddManyAsync("beta", 1);
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;

        await WaitAsync(lane, claimed.Single(c => c.Tenant == "acme"), TimeSpan.FromHours(2));

        Assert.Equal(["beta"], [.. claimed.Concat((await lane.ClaimAsync(2, 10, default)).Entries).Select(c => c.Tenant).Where(t => t != "acme")]);
        Assert.Equal(TimeSpan.FromHours(2), (await lane.ClaimAsync(3, 10, default)).Next);
        await engine.AddManyAsync("acme", 1, prefix: "later");
        Assert.Empty((await lane.ClaimAsync(4, 10, default)).Entries);
        await engine.PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(["i0", "i1", "i2", "later0"], (await lane.ClaimAsync(5, 10, default)).Entries.Select(c => c.Id));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Wait_SettingsAppliedAgain_OpensTheTenant()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 2);
        await WaitAsync(lane, Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries), TimeSpan.FromDays(20));
        Assert.Empty((await lane.ClaimAsync(2, 10, default)).Entries);

        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { MonthlyLimit = 1000 }, default);

        Assert.Equal(2, (await lane.ClaimAsync(3, 10, default)).Entries.Count);
        await engine.AssertInOrderAsync();
    }

    /// <summary>A worker's settings may be a second old: what it decides by them must not outlast those that came after.</summary>
    [Fact]
    public async Task Wait_DecidedByEarlierSettings_ClosesForASecond()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        var (before, after) = (Waits with { MonthlyLimit = 1 }, Waits with { MonthlyLimit = 1000 });
        await engine.Tenants.ApplyAsync(before, default);
        await engine.AddManyAsync("acme", 3);
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;
        await engine.Tenants.ApplyAsync(after, default);

        await WaitAsync(lane, claimed[0], TimeSpan.FromDays(20), before);
        await WaitAsync(lane, claimed[1], TimeSpan.FromDays(20), before);

        var closed = await lane.ClaimAsync(2, 10, default);
        Assert.Empty(closed.Entries);
        Assert.Equal(TimeSpan.FromSeconds(1), closed.Next);
        await engine.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["i0", "i1", "i2"], (await lane.ClaimAsync(3, 10, default)).Entries.Select(c => c.Id).Order(StringComparer.Ordinal));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Wait_DecidedBySettingsInForce_LastsWhateverAWorkerBehindSays()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        var (before, after) = (Waits with { MonthlyLimit = 1 }, Waits with { MonthlyLimit = 2 });
        await engine.Tenants.ApplyAsync(before, default);
        await engine.AddManyAsync("acme", 3);
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;
        await engine.Tenants.ApplyAsync(after, default);

        await WaitAsync(lane, claimed[0], TimeSpan.FromDays(20), after);
        await WaitAsync(lane, claimed[1], TimeSpan.FromDays(20), before);

        Assert.Equal(TimeSpan.FromDays(20), (await lane.ClaimAsync(2, 10, default)).Next);
    }

    /// <summary>An operator's limits are no settings: they say nothing of months.</summary>
    [Fact]
    public async Task Wait_LimitedByAnOperatorSince_LastsUntilTheMoment()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(Waits, default);
        await engine.AddManyAsync("acme", 2);
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), new TemporaryLimits { Concurrency = 9 }, default);

        await WaitAsync(lane, claimed, TimeSpan.FromDays(20), Waits);

        Assert.Equal(TimeSpan.FromDays(20), (await lane.ClaimAsync(2, 10, default)).Next);
    }

    [Theory]
    [InlineData(QueueScopeKind.All)]
    [InlineData(QueueScopeKind.Tenant)]
    [InlineData(QueueScopeKind.Destination)]
    public async Task Pause_StopsClaimsAndStarts_ResumeWakes(QueueScopeKind kind)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var scope = new QueueScope(kind, kind switch { QueueScopeKind.Tenant => "acme", QueueScopeKind.Destination => "box", _ => null });
        await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"] }, default);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 5, "box.example");
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;
        await Engine.StartAsync(lane, claimed.Take(1));

        await engine.Control.PauseAsync(scope, default);
        await engine.Control.PauseAsync(scope, default);

        // What is on the wire ends as usual; what was claimed goes back to the head.
        Assert.Equal(StepAnswerKind.Gone, Assert.Single(await Engine.StartAsync(lane, claimed.Skip(1))).Kind);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Done(claimed[0]))).Kind);
        Assert.Empty(await lane.HeldAsync(default));
        var nothing = await lane.ClaimAsync(2, 10, default);
        Assert.Empty(nothing.Entries);
        Assert.Null(nothing.Next);
        Assert.NotNull(Assert.Single(await engine.Control.ListAsync(default)).PausedAt);
        await engine.AssertInOrderAsync();

        await lane.WaitForWorkAsync(Patience, default); // subscribes
        await lane.ClaimAsync(3, 10, default);
        var woken = lane.WaitForWorkAsync(Patience * 2, default);
        await engine.Control.ResumeAsync(scope, default);
        await woken.WaitAsync(Patience);
        Assert.Equal(["i1", "i2", "i3", "i4"], (await lane.ClaimAsync(4, 10, default)).Entries.Select(c => c.Id));
        Assert.Empty(await engine.Control.ListAsync(default));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Pause_OfOneTenant_LeavesTheOthers()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 5);
        await engine.AddManyAsync("beta", 5);

        await engine.Control.PauseAsync(QueueScope.Tenant("acme"), default);
        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Weight = 2 }, default);

        Assert.Equal(5, (await lane.ClaimAsync(1, 10, default)).Entries.Count(c => c.Tenant == "beta"));
        Assert.Empty((await lane.ClaimAsync(2, 10, default)).Entries);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Limit_Temporary_StandsAboveSettingsUntilItIsCleared()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        var settings = TenantSettings.Default("acme") with { Concurrency = 4, Rate = new(10, 8), Weight = 2 };
        await engine.Tenants.ApplyAsync(settings, default);

        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), new TemporaryLimits { Concurrency = 2, Weight = 5 }, default);
        await engine.Tenants.ApplyAsync(settings with { Concurrency = 6 }, default);
        Assert.Equal((2, 8, 5), await LimitsAsync());

        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), new TemporaryLimits { Rate = new(5, 3) }, default);
        Assert.Equal((6, 3, 2), await LimitsAsync());

        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), null, default);
        Assert.Equal((6, 8, 2), await LimitsAsync());

        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme"), default);
        Assert.Equal((0, 0, 0), await LimitsAsync());
        await engine.AddManyAsync("acme", 50);
        Assert.Equal(50, (await lane.ClaimAsync(1, 100, default)).Entries.Count);

        async Task<(double Concurrency, double Burst, double Weight)> LimitsAsync() =>
            (await engine.NumberAsync("t:acme", "concurrency"), await engine.NumberAsync("t:acme", "burst"), await engine.NumberAsync("t:acme", "weight"));
    }

    [Fact]
    public async Task Limit_Raised_IsInForceAtOnce()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await RateAsync(engine, "acme", 0.01, 5);
        await engine.AddManyAsync("acme", 500);
        await ServeAsync(lane, 1);
        Assert.True((await lane.ClaimAsync(2, 10, default)).Next > TimeSpan.FromMinutes(1));

        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), new TemporaryLimits { Rate = new(1000, 100) }, default);

        // The bucket is empty, not in debt by the slow rate's measure.
        await engine.PassAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(50, await ServeAsync(lane, 3));
    }

    [Fact]
    public async Task Limit_LoweredWhileClaimed_LetsThemGoAndThenHolds()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 20);
        var claimed = (await lane.ClaimAsync(1, 8, default)).Entries;

        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), new TemporaryLimits { Concurrency = 2 }, default);

        Assert.True(await AllStartAsync(lane, claimed));
        await Engine.DoneAsync(lane, claimed.Take(6));
        Assert.Empty((await lane.ClaimAsync(2, 10, default)).Entries);
        await Engine.DoneAsync(lane, claimed.Skip(6));
        Assert.Equal(2, (await lane.ClaimAsync(3, 10, default)).Entries.Count);
        await engine.AssertInOrderAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Weight_ChangedWhileActive_KeepsActiveTrue(bool parked)
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Rate = new(1, 1) }, default);
        await engine.AddManyAsync("acme", 5);
        await engine.AddManyAsync("beta", 5);
        if (parked)
        {
            await lane.ClaimAsync(1, 4, default);
            await engine.AssertInOrderAsync();
        }

        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Rate = new(1, 1), Weight = 7 }, default);
        await engine.AssertInOrderAsync();
        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), new TemporaryLimits { Weight = 0.5 }, default);
        await engine.AssertInOrderAsync();
        await lane.ClaimAsync(2, 100, default);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_ManyLimitedTenants_LooksAtABoundedNumber()
    {
        await using var engine = await StoppedAsync();
        using var lane = engine.Lane("w1");
        var tenants = Enumerable.Range(0, 3000).Select(i => $"t{i}").ToArray();
        await engine.Invitations.AddAsync([.. tenants.Select(t => Engine.Invitation(t, "i0"))], "test", default);
        await Task.WhenAll(tenants.Select(t => engine.Control.PauseAsync(QueueScope.Tenant(t), default).AsTask()));

        var claimed = await lane.ClaimAsync(1, 10, default);

        Assert.InRange(await engine.Redis.CallAsync(d => d.SortedSetLengthAsync(engine.Lanes.All[0].Prefix + "limited"), default), 900, 1100);
        Assert.Equal(TimeSpan.Zero, claimed.Next);
        await lane.ClaimAsync(2, 10, default);
        await lane.ClaimAsync(3, 10, default);
        Assert.Null((await lane.ClaimAsync(4, 10, default)).Next);
    }

    private async Task<Engine> StoppedAsync()
    {
        var engine = await Engine.StartAsync(redis.Server);
        await engine.StopClockAsync();
        return engine;
    }

    private static async Task RateAsync(Engine engine, string tenant, double perSecond, int burst) =>
        await engine.Tenants.ApplyAsync(TenantSettings.Default(tenant) with { Rate = new(perSecond, burst) }, default);

    /// <summary>Claims, starts and ends what there is.</summary>
    private static async Task<int> ServeAsync(RedisLane lane, long call)
    {
        var claimed = (await lane.ClaimAsync(call, 250, default)).Entries;
        Assert.True(await AllStartAsync(lane, claimed));
        await Engine.DoneAsync(lane, claimed);
        return claimed.Count;
    }

    private static async Task<bool> AllStartAsync(RedisLane lane, IReadOnlyList<ClaimedInvitation> claimed) =>
        (await Engine.StartAsync(lane, claimed)).All(a => a.Kind == StepAnswerKind.Ok);

    private static readonly TenantSettings Waits = TenantSettings.Default("acme") with { MonthlyLimit = 1, LimitReached = LimitReached.Wait };

    private static async Task WaitAsync(RedisLane lane, ClaimedInvitation claimed, TimeSpan delay, TenantSettings? by = null) =>
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Wait, Delay = delay, MonthlyRule = by?.MonthlyRule })).Kind);

    private static async Task<double> ClockAsync(Engine engine) =>
        (double)await engine.Redis.CallAsync(d => d.HashGetAsync(engine.Lanes.All[0].Lane, "clock"), default);
}
