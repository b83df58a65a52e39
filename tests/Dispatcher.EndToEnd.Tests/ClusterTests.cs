using Dispatcher.Redis;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>Lanes over the masters of a real Redis Cluster.</summary>
public sealed class ClusterTests
{
    private const int Lanes = 6;
    private const int Tenants = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Run_TwoWorkersOnThreeMasters_AllArriveOnce()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var site = await Site.OnAsync(cluster.Configuration, ("Queue__Lanes", $"{Lanes}"));
        var first = await site.AddWorkerAsync();
        var second = await site.AddWorkerAsync();

        await site.ProduceAsync(0, 5000, Tenants);
        var counts = await site.FinishedAsync(5000, Patience);

        Assert.Equal(5000, counts["delivered"]);
        Assert.Equal(5000, site.Receiver.Arrivals.Count);
        Assert.Equal(0, site.Repeats);
        Assert.Equal(0, await site.UncertainAsync());
        Assert.True(await first.MetricAsync("dispatcher_attempts_total{outcome=\"delivered\"}") > 0);
        Assert.True(await second.MetricAsync("dispatcher_attempts_total{outcome=\"delivered\"}") > 0);
        Assert.True(await MastersWithLanesAsync(cluster) > 1, "the lanes' slots are all on one master");
    }

    private static async Task<int> MastersWithLanesAsync(RedisCluster cluster)
    {
        var owners = new HashSet<RedisServer>();
        for (var lane = 0; lane < Lanes; lane++)
        {
            owners.Add(await cluster.OwnerAsync(await cluster.SlotOfAsync((string)new LaneKeys(lane).Lane!)));
        }

        return owners.Count;
    }
}
