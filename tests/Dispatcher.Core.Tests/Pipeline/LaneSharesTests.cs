using System.Threading.Channels;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Core.Tests.Pipeline;

public sealed class LaneSharesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task TakeAsync_CreditsGrantedToOneThatQueuesBehindAnother_AreUsed()
    {
        var credits = new Credits(4);
        using var shares = new LaneShares(credits, 3);
        shares.Claimed(0, 100, 1);
        shares.Claimed(2, 100, 1);
        var others = await credits.TakeAsync(4, default);

        // Lane 0 waits for credits, lanes 2 and 1 behind it; the credits that come are due to lane 1.
        var first = shares.TakeAsync(0, 4, default).AsTask();
        var second = shares.TakeAsync(2, 4, default).AsTask();
        var due = shares.TakeAsync(1, 4, default).AsTask();
        credits.Return(others);

        Assert.Equal(4, await due.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.False(first.IsCompleted || second.IsCompleted);
    }

    [Fact]
    public async Task Take_OneLane_IsWhatTheCreditsGive()
    {
        var credits = new Credits(10);
        using var shares = new LaneShares(credits, 1);

        Assert.Equal(6, await shares.TakeAsync(0, 6, default));
        Assert.Equal(4, await shares.TakeAsync(0, 6, default));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    [InlineData(10, 0.5)]
    public async Task Take_BothLanesWait_ShareByActiveWeight(double first, double second)
    {
        var served = await ServeAsync([first, second], 4000);

        Assert.InRange(served[0] / (double)served.Sum(), (first / (first + second)) - 0.02, (first / (first + second)) + 0.02);
    }

    [Fact]
    public async Task Take_TwoTenantsHereAndOneThere_HaveAThirdEach()
    {
        var served = await ServeAsync([2, 1], 3000);

        Assert.InRange(served[0] / 2.0, 970, 1030);
        Assert.InRange(served[1], 970, 1030);
    }

    [Fact]
    public async Task Take_LaneThatRested_HasNoCreditForIt()
    {
        var credits = new Credits(10);
        using var shares = new LaneShares(credits, 2);
        for (var i = 0; i < 100; i++)
        {
            shares.Claimed(0, await shares.TakeAsync(0, 10, default), 1);
            credits.Return(10);
        }

        var served = await ServeAsync(credits, shares, [1, 1], 400);

        Assert.InRange(served[1], 180, 220);
    }

    [Fact]
    public async Task Take_LaneWithoutWork_HoldsUpNobody()
    {
        var credits = new Credits(10);
        using var shares = new LaneShares(credits, 2);
        for (var i = 0; i < 50; i++)
        {
            var idle = await shares.TakeAsync(1, 10, default).AsTask().WaitAsync(Patience);
            shares.Claimed(1, 0, 0);
            credits.Return(idle);
            Assert.Equal(10, await shares.TakeAsync(0, 10, default).AsTask().WaitAsync(Patience));
            shares.Claimed(0, 10, 1);
            credits.Return(10);
        }
    }

    [Fact]
    public async Task Take_Cancelled_LosesNoCredits()
    {
        var credits = new Credits(8);
        using var shares = new LaneShares(credits, 3);
        await shares.TakeAsync(0, 8, default);
        using var stop = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 30).Select(i => shares.TakeAsync(i % 3, 8, i % 2 == 0 ? stop.Token : default).AsTask()).ToList();

        await stop.CancelAsync();
        credits.Return(8);
        var got = 0;
        foreach (var take in waiting)
        {
            try
            {
                var count = await take.WaitAsync(Patience);
                got++;
                credits.Return(count);
            }
            catch (OperationCanceledException)
            {
                // Those that stopped.
            }
        }

        Assert.InRange(got, 15, 30);
        Assert.Equal(0, credits.Taken);
    }

    [Fact]
    public async Task Claimers_TwoTenantsInOneLaneAndOneInAnother_ServeAThirdEach()
    {
        var credits = new Credits(32);
        using var shares = new LaneShares(credits, 2);
        using var stop = new CancellationTokenSource();
        using var deadline = new CancellationTokenSource(Patience * 3);
        await using var services = new ServiceCollection().AddLogging().AddDispatcherMetrics().BuildServiceProvider();
        var metrics = services.GetRequiredService<DispatcherMetrics>();
        var checks = Channel.CreateBounded<Work>(100);
        var claimers = new[] { new BusyLane(0, "a", "b"), new BusyLane(1, "c") }
            .Select(lane => new Claimer(lane, credits, shares, new LaneWork(), checks.Writer, 8, () => 0, TimeProvider.System, metrics, NullLogger.Instance).RunAsync(stop.Token))
            .ToArray();

        // Senders are what is scarce: credits come back when both claimers wait for them.
        var served = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var turn = 0; turn < 375; turn++)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
            do
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            while (checks.Reader.Count < credits.Capacity);

            for (var count = 0; count < 8; count++)
            {
                var work = await checks.Reader.ReadAsync(deadline.Token);
                served[work.Claimed.Tenant] = served.GetValueOrDefault(work.Claimed.Tenant) + 1;
            }

            credits.Return(8);
        }

        await stop.CancelAsync();
        checks.Writer.Complete();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(claimers));
        Assert.Equal(3, served.Count);
        Assert.All(served.Values, n => Assert.InRange(n, 900, 1100));
    }

    /// <summary>Always has work of its tenants, in turn.</summary>
    private sealed class BusyLane(int number, params string[] tenants) : ILane
    {
        private int _given;

        public int Number => number;

        public Task<ClaimAnswer> ClaimAsync(long call, int most, int round, CancellationToken cancellationToken) =>
            Task.FromResult(new ClaimAnswer([.. Enumerable.Range(0, most).Select(_ => Next())], tenants.Length, null));

        public Task<IReadOnlyList<StepAnswer>> AdvanceAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<BeatAnswer> BeatAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PromoteAnswer> PromoteAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<string>> HeldAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task LeaveAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task WaitForWorkAsync(TimeSpan longest, CancellationToken cancellationToken) => throw new NotSupportedException();

        private ClaimedInvitation Next()
        {
            var n = _given++;
            return new ClaimedInvitation
            {
                Key = $"{number}-{n}",
                Tenant = tenants[n % tenants.Length],
                Id = $"{n}",
                Body = ReadOnlyMemory<byte>.Empty,
                Attempt = 0,
                Facts = new FreshFacts(null, 0, null, new Dictionary<string, long>()),
            };
        }
    }

    /// <summary>All lanes always wait and always have work; the senders give ten credits back at a time.</summary>
    private static async Task<int[]> ServeAsync(double[] weights, int most)
    {
        var credits = new Credits(40);
        using var shares = new LaneShares(credits, weights.Length);
        return await ServeAsync(credits, shares, weights, most);
    }

    private static async Task<int[]> ServeAsync(Credits credits, LaneShares shares, double[] weights, int most)
    {
        var free = credits.Capacity;
        Assert.Equal(free, credits.TryTake(free));
        var served = new int[weights.Length];
        var waiting = weights.Select((_, lane) => shares.TakeAsync(lane, 10, default).AsTask()).ToArray();
        while (served.Sum() < most)
        {
            credits.Return(10);
            var done = await Task.WhenAny(waiting).WaitAsync(Patience);
            var lane = Array.IndexOf(waiting, done);
            var count = await done;
            shares.Claimed(lane, count, weights[lane]);
            served[lane] += count;
            waiting[lane] = shares.TakeAsync(lane, 10, default).AsTask();
        }

        return served;
    }
}
