using System.Diagnostics;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>What can go wrong with a Redis that is there, and on the way to it. Nothing may be lost, repeated or stuck, without a restart.</summary>
public sealed class RedisFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Within which sending must go on after the fault has ended.</summary>
    private static readonly TimeSpan Healing = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Freeze_LongerThanALease_JudgesNobodyAndGoesOn()
    {
        await using var site = await Site.StartAsync("no", ("Queue__LeaseSeconds", "2"));
        await site.AddWorkerAsync();
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, 6000, tenants: 20);
        await site.MoreArriveAsync(500, Patience);

        await site.Redis.PauseAsync();
        await Elapsed(TimeSpan.FromSeconds(9));
        await site.Redis.ContinueAsync();
        var healed = await site.MoreArriveAsync(100, Healing);
        await FinishedOnceAsync(site, 6000);

        Assert.Equal(0, await site.UncertainAsync());
        Tell($"sending again after {healed.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task Restart_WithDataThatTakesLongToLoad_WorkersWaitAndGoOn()
    {
        await using var site = await Site.StartAsync("always");
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, 3000, tenants: 20);
        await site.MoreArriveAsync(500, Patience);

        await site.Redis.KillAsync();
        // Redis' own brake: so many microseconds for each command or key that it loads.
        site.Redis.Launch("--key-load-delay", "150");
        await Eventually.GetAsync(
            async () => (await site.Redis.CommandAsync("PING")).StartsWith("-LOADING", StringComparison.Ordinal) ? site : null, Patience, "Redis to be loading");
        var loading = Stopwatch.StartNew();
        await site.Redis.ReadyAsync();
        loading.Stop();
        var healed = await site.MoreArriveAsync(100, Healing);
        await FinishedOnceAsync(site, 3000);

        Tell($"loading took {loading.Elapsed.TotalSeconds:0.0} s, sending again after {healed.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task FunctionFlush_Midway_IsNotNoticed()
    {
        await using var site = await Site.StartAsync();
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, 3000, tenants: 20);
        for (var flush = 0; flush < 5; flush++)
        {
            await site.MoreArriveAsync(300, Patience);
            Assert.Equal("+OK", await site.Redis.CommandAsync("FUNCTION FLUSH"));
        }

        await FinishedOnceAsync(site, 3000);
        Assert.Equal(0, await site.UncertainAsync());
    }

    [Fact]
    public async Task Connections_CutMidwayAndInTheMiddleOfReplies_NothingIsLostOrRepeated()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = TcpProxy.Start(redis.Port);
        await using var site = await Site.OnAsync(redis.Configuration);
        await site.AddWorkerAsync(("Redis__Configuration", proxy.Configuration));
        await site.ProduceAsync(0, 6000, tenants: 20);
        var random = new Random(20);
        var slowest = TimeSpan.Zero;
        for (var cut = 0; cut < 8; cut++)
        {
            await site.MoreArriveAsync(200, Patience);
            if (cut % 2 == 0)
            {
                proxy.CutAll();
            }
            else
            {
                var before = proxy.Cuts;
                proxy.CutNextReplyAfter(random.Next(1, 400));
                await Eventually.GetAsync(() => Task.FromResult(proxy.Cuts > before ? proxy : null), Patience, "a reply long enough to be cut");
            }

            var healed = await site.MoreArriveAsync(100, Healing);
            slowest = healed > slowest ? healed : slowest;
        }

        await FinishedOnceAsync(site, 6000);
        Assert.Equal(0, await site.UncertainAsync());
        Tell($"{proxy.Cuts} connections cut; sending again after {slowest.TotalSeconds:0.0} s at most");
    }

    [Fact]
    public async Task Network_SilentThenRefusing_WorkerGoesOnByItself()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = TcpProxy.Start(redis.Port);
        await using var site = await Site.OnAsync(redis.Configuration, ("Redis__CallTimeout", "00:00:01"));
        await site.AddWorkerAsync(("Redis__Configuration", proxy.Configuration));
        await site.ProduceAsync(0, 4000, tenants: 20);
        await site.MoreArriveAsync(500, Patience);

        // A firewall that drops everything, then a host without a server, then all is well.
        proxy.BeginSilence();
        await Elapsed(TimeSpan.FromSeconds(4));
        proxy.Refusing = true;
        proxy.CutAll();
        proxy.EndSilence();
        await Elapsed(TimeSpan.FromSeconds(2));
        proxy.Refusing = false;
        var healed = await site.MoreArriveAsync(100, Healing);
        await FinishedOnceAsync(site, 4000);

        Tell($"sending again after {healed.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task Replies_TwoHundredMillisecondsLate_SlowDownAndDoNoHarm()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = TcpProxy.Start(redis.Port);
        await using var site = await Site.OnAsync(redis.Configuration);
        var worker = await site.AddWorkerAsync(("Redis__Configuration", proxy.Configuration));

        proxy.ReplyDelay = TimeSpan.FromMilliseconds(200);
        await site.ProduceAsync(0, 200, tenants: 20);
        var clock = Stopwatch.StartNew();
        await FinishedOnceAsync(site, 200);

        Assert.Equal(0, await site.UncertainAsync());
        Assert.DoesNotContain("heartbeat missed", worker.Output, StringComparison.Ordinal);
        Tell($"200 messages in {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>All delivered, each exactly once.</summary>
    private static async Task FinishedOnceAsync(Site site, int all)
    {
        var counts = await site.FinishedAsync(all, Patience);

        Assert.Equal(all, counts["delivered"]);
        Assert.Equal(all, site.Receiver.Arrivals.Count);
        Assert.Equal(0, site.Repeats);
    }

    /// <summary>How long a fault lasts: nothing happens during it that could be waited for.</summary>
    private static Task Elapsed(TimeSpan fault) => Task.Delay(fault);

    private static void Tell(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
