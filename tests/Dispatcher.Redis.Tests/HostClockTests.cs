using Dispatcher.Core.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Redis.Tests;

/// <summary>Redis' clock beside this host's. Redis' own can't be moved: here it is the host's that is wrong, which looks the same.</summary>
public sealed class HostClockTests(RedisFixture redis)
{
    /// <summary>What may be the round trip alone is no difference.</summary>
    [Theory]
    [InlineData(60_000, 10, 59_990)]
    [InlineData(5, 10, 0)]
    [InlineData(10_000, 20_000, 0)]
    [InlineData(0, 20_000, 0)]
    [InlineData(-60_000, 10, -60_000)]
    public void Ahead_Answered_IsWhatLiesOutsideTheCall(int ahead, int took, int expected)
    {
        var sent = DateTimeOffset.UnixEpoch;

        var least = HostClock.Ahead(sent.AddMilliseconds(ahead), sent, TimeSpan.FromMilliseconds(took));

        Assert.Equal(expected, least.TotalMilliseconds);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public async Task AheadAsync_SomeAnswersAreSlow_GoesByTheOneThatSaysMost(int ahead)
    {
        var time = new FakeTimeProvider();
        var took = new Queue<int>([20_000, 10, 3_000]);

        var least = await HostClock.AheadAsync(
            () =>
            {
                // Read halfway.
                var half = TimeSpan.FromMilliseconds(took.Dequeue()) / 2;
                time.Advance(half);
                var read = time.GetUtcNow().AddSeconds(ahead);
                time.Advance(half);
                return Task.FromResult(read);
            },
            time);

        Assert.Equal(60 - 0.005, least.Duration().TotalSeconds, 6);
        Assert.Equal(Math.Sign(ahead), Math.Sign(least.TotalSeconds));
        Assert.Empty(took);
    }

    [Theory]
    [InlineData(-3600, true)]
    [InlineData(-1, false)]
    [InlineData(1, false)]
    [InlineData(3600, true)]
    public async Task Examine_ClockOfTheHostIsWrong_SaysByHowMuchTheyDiffer(int seconds, bool found)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddAsync("acme", "a1");

        var seen = await Doctor(engine, seconds).ExamineAsync(null, default);

        Assert.InRange(Assert.Single(seen.Servers).AheadOfHost!.Value.TotalSeconds + seconds, -5, 5);
        Assert.Equal(found, seen.Findings.Any(f => f.Code == "clock-differs"));
    }

    /// <summary>Then the lanes are not looked at.</summary>
    [Fact]
    public async Task Examine_DataOfAnotherLaneCount_ComparesTheClocksAllTheSame()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await redis.Server.CommandAsync("HSET dispatch:meta lanes 4");

        var seen = await Doctor(engine, 3600).ExamineAsync(null, default);

        Assert.Contains(seen.Findings, f => f.Code == "clock-differs");
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task Beat_ClockOfTheHostIsWrong_SaysByHowMuchTheyDiffer(int seconds)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = new RedisLane(engine.Redis, engine.Lanes.All[0], engine.Options, "w1", HostTime(seconds));
        // The lane's own clock is no part of it.
        await engine.Redis.CallAsync(d => d.HashSetAsync(engine.Lanes.All[0].Lane, "clock", TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds()), default);

        var beat = await lane.BeatAsync(default);

        Assert.InRange(beat.AheadOfHost.TotalSeconds + seconds, -5, 5);
    }

    private static RedisQueueDoctor Doctor(Engine engine, int seconds) =>
        new(engine.Redis, engine.Lanes, engine.Get<RedisReconciler>(), engine.Control, Options.Create(engine.Options), HostTime(seconds));

    private static FakeTimeProvider HostTime(int seconds) => new(TimeProvider.System.GetUtcNow().AddSeconds(seconds));
}
