using Dispatcher.Redis;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>Slots that hold lanes move to another master of the cluster while workers use them.</summary>
public sealed class ReshardTests
{
    private const int Lanes = 6;
    private const int Tenants = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Slots by the keys of one MIGRATE: 10 is what <c>redis-cli</c> does, all at once is the gentlest way there is.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public async Task Reshard_OfSlotsThatHoldLanes_UnderLoad_LosesNothingAndLeavesNothing(int keysAtOnce)
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var site = await Site.OnAsync(cluster.Configuration, ("Queue__Lanes", $"{Lanes}"), ("Queue__LeaseSeconds", "2"));
        await site.AddWorkerAsync();
        await site.AddWorkerAsync();
        using var deadline = new CancellationTokenSource(2 * Patience);
        await site.ProduceAsync(0, 1000, Tenants);
        var producing = site.ProduceStubbornlyAsync(1000, 4000, Tenants, 400, deadline.Token);
        await site.MoreArriveAsync(500, Patience);

        for (var lane = 0; lane < 3; lane++)
        {
            var slot = await cluster.SlotOfAsync((string)new LaneKeys(lane).Lane!);
            var owner = await cluster.OwnerAsync(slot);
            await cluster.MoveSlotAsync(slot, cluster.Nodes.First(n => n != owner), keysAtOnce);
        }

        await producing;
        var counts = await site.FinishedAsync(5000, Patience);

        Assert.Equal(5000, counts["delivered"]);
        Assert.Equal(5000, site.Receiver.Arrivals.Count);
        Assert.InRange(site.Repeats, 0, await site.UncertainAsync());
    }
}
