using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Redis.Tests;

/// <summary>Redis' clock was ahead and was set back: for a lane that is the same as its own clock being ahead.</summary>
public sealed class ClockTests(RedisFixture redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Claim_ClockAheadByADay_TokensComeAndRetriesFallDue()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Rate = new TenantRate(20, 1) }, default);
        await engine.AddManyAsync("acme", 2);
        await AheadAsync(engine, Day);
        var claimed = await Engine.StartOneAsync(lane);
        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Defer, Delay = TimeSpan.FromMilliseconds(50) });

        var call = 1L;
        await UntilAsync(async () => (await lane.ClaimAsync(++call, 1, default)).Entries.Count == 1);
        await UntilAsync(async () => (await lane.PromoteAsync(default)).Moved == 1);

        await engine.AssertInOrderAsync();
    }

    /// <summary>Twice: what was set back may be set back further before it has caught up.</summary>
    [Fact]
    public async Task Beat_ClockAhead_GoesOnSlowerAndNeverBackUntilRedisHasCaughtUp()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        foreach (var ahead in new[] { 100, 250 })
        {
            await lane.BeatAsync(default);
            await AheadAsync(engine, TimeSpan.FromMilliseconds(ahead));
            var (last, before) = (await lane.BeatAsync(default), await ClockAsync(engine));
            Assert.InRange(last.ClockAhead.TotalMilliseconds, 1, ahead);

            await UntilAsync(async () =>
            {
                var (beat, clock) = (await lane.BeatAsync(default), await ClockAsync(engine));
                Assert.True(clock >= before);
                Assert.True(beat.ClockAhead <= last.ClockAhead, $"{last.ClockAhead}, then {beat.ClockAhead}");
                (last, before) = (beat, clock);
                return beat.ClockAhead == TimeSpan.Zero;
            });
        }
    }

    [Fact]
    public async Task Beat_SetBackAgainBeforeItCaughtUp_GoesOn()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        foreach (var ahead in new[] { TimeSpan.FromHours(1), Day })
        {
            await AheadAsync(engine, ahead);
            await lane.BeatAsync(default);
            var before = await ClockAsync(engine);

            await UntilAsync(async () =>
            {
                await lane.BeatAsync(default);
                return await ClockAsync(engine) >= before + 100;
            });
        }
    }

    /// <summary>A moment that people named is one of the world's.</summary>
    [Fact]
    public async Task Promote_ClockAhead_SendsWhatIsScheduledAtItsTimeAndNotBefore()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var (soon, late) = (TimeProvider.System.GetUtcNow().AddSeconds(2), TimeProvider.System.GetUtcNow().AddHours(2));
        await engine.AddAsync("acme", "before", soon);
        await engine.AddAsync("acme", "before-late", late);
        await AheadAsync(engine, Day);
        await engine.AddAsync("acme", "since", soon);
        await engine.AddAsync("acme", "since-late", late);

        Assert.Equal(0, (await lane.PromoteAsync(default)).Moved);
        var next = (await lane.PromoteAsync(default)).Next;
        Assert.NotNull(next);
        Assert.InRange(next.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        Assert.Equal(soon.ToUnixTimeMilliseconds(), (await engine.RecordAsync("acme", "before")).NextAttemptAt?.ToUnixTimeMilliseconds());
        Assert.Equal(0, (await engine.Get<RedisReconciler>().LookAsync(engine.Lanes.All[0], null, default)).Faults);

        var moved = 0;
        await UntilAsync(async () => (moved += (await lane.PromoteAsync(default)).Moved) == 2);

        // Moments are whole milliseconds, and the lane's are rounded.
        Assert.True(TimeProvider.System.GetUtcNow() >= soon.AddMilliseconds(-3));
        Assert.Equal(State.Queued, (await engine.RecordAsync("acme", "since")).State);
        Assert.Equal(State.Scheduled, (await engine.RecordAsync("acme", "before-late")).State);
        Assert.Equal(State.Scheduled, (await engine.RecordAsync("acme", "since-late")).State);
        await engine.AssertInOrderAsync();
    }

    /// <summary>Nobody named its moment: it waits for so long.</summary>
    [Fact]
    public async Task Promote_ClockAhead_WhatIsHeldComesBackAfterItsDelay()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 1);
        await AheadAsync(engine, Day);
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Hold, Delay = TimeSpan.FromMilliseconds(50) });

        await UntilAsync(async () => (await lane.PromoteAsync(default)).Moved == 1);

        await engine.AssertInOrderAsync();
    }

    /// <summary>It was behind for a while, rather than ahead before.</summary>
    [Fact]
    public async Task Repair_RedisIsAtTheLanesTimeAgain_PutsWhatIsScheduledBack()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var due = TimeProvider.System.GetUtcNow().AddHours(1);
        await engine.AddAsync("acme", "a1", due);
        await AheadAsync(engine, Day);
        await lane.PromoteAsync(default);

        await AheadAsync(engine, TimeSpan.Zero);
        var report = await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default);

        Assert.Equal((1, 1), (report.Later, report.Faults));
        var next = (await lane.PromoteAsync(default)).Next;
        Assert.NotNull(next);
        Assert.InRange(next.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
    }

    /// <summary>It waits since its moment, and not since the lane's clock, which was ahead, has passed that.</summary>
    [Fact]
    public async Task Inspect_ClockAhead_WhatWasScheduledIsAsOldAsItWaits()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var soon = TimeProvider.System.GetUtcNow().AddMilliseconds(300);
        await engine.AddAsync("acme", "before", soon);
        await AheadAsync(engine, Day);
        await engine.AddAsync("acme", "since", soon);
        var moved = 0;
        await UntilAsync(async () => (moved += (await lane.PromoteAsync(default)).Moved) == 2);

        var seen = await engine.Status.ReadAsync(false, default);

        Assert.InRange(seen.OldestDue, TimeSpan.Zero, Patience);
        await engine.AssertInOrderAsync();
    }

    /// <summary>A month ends when the world says so, whether the lane's clock has been caught up with by then or not.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task Wait_ClockAhead_OpensWhenTheMonthIsOver(int daysAhead)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var month = TimeSpan.FromDays(15);
        await engine.AddManyAsync("acme", 1);
        await AheadAsync(engine, TimeSpan.FromDays(daysAhead));
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);

        var over = TimeProvider.System.GetUtcNow().Add(month).ToUnixTimeMilliseconds();
        await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Wait, Delay = month });

        var slew = await engine.NumberAsync("lane", "slew");
        var closed = await engine.NumberAsync("t:acme", "closed");
        Assert.InRange(closed - Math.Max(over, slew + (0.9 * over)), -5, Patience.TotalMilliseconds);
    }

    [Fact]
    public async Task Beat_ClockAhead_KeepsEventsForAsLongAsEver()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        for (var n = 0; n < 300; n++)
        {
            await engine.AddAsync("acme", $"a{n}");
        }

        await AheadAsync(engine, TimeSpan.FromDays(3));
        await lane.BeatAsync(default);

        Assert.Equal(300, await engine.Redis.CallAsync(d => d.StreamLengthAsync(engine.Lanes.All[0].Prefix + "events"), default));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3600, true)]
    public async Task Examine_ClockAhead_SaysByHowMuchAndUntilWhen(int seconds, bool found)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await lane.BeatAsync(default);
        await AheadAsync(engine, TimeSpan.FromSeconds(seconds));
        await lane.BeatAsync(default);

        var seen = await engine.Get<IQueueDoctor>().ExamineAsync(null, default);

        Assert.InRange(seen.Lanes[0].ClockAhead.TotalSeconds, seconds - 1, seconds);
        Assert.Equal(10, seen.Lanes[0].ClockAheadFor / seen.Lanes[0].ClockAhead, 2);
        Assert.Equal(found, seen.Findings.Any(f => f.Code == "clock-ahead"));
    }

    private static async Task AheadAsync(Engine engine, TimeSpan by)
    {
        var lane = engine.Lanes.All[0].Lane;
        await engine.Redis.CallAsync(d => d.HashSetAsync(lane, "clock", TimeProvider.System.GetUtcNow().Add(by).ToUnixTimeMilliseconds()), default);
    }

    private static async Task<long> ClockAsync(Engine engine) => (long)await engine.NumberAsync("lane", "clock");

    /// <summary>Redis' own time can't be moved: it has to pass.</summary>
    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "nothing has come of it in ten seconds");
            await Task.Delay(5);
        }
    }
}
