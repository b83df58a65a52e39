using System.Globalization;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>Master and replica change places; the configuration lists both.</summary>
public sealed class FailoverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Failover_ToTheReplica_WorkersFollowWithinTenSeconds()
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync("no", "--replicaof", $"127.0.0.1 {first.Port}");
        await Eventually.GetAsync(
            async () => (await second.CliAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal) ? second : null,
            Patience,
            "the replica to be in step");
        await using var site = await Site.OnAsync($"{first.Configuration},{second.Configuration}");
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, 6000, tenants: 20);
        await site.MoreArriveAsync(500, Patience);

        // The replica catches up, then the two change places; the old master answers READONLY from now on.
        await first.CliAsync("FAILOVER", "TO", "127.0.0.1", $"{second.Port}");
        await Eventually.GetAsync(
            async () => (await second.CliAsync("ROLE")).StartsWith("master", StringComparison.Ordinal) ? second : null, Patience, "the replica to be master");
        var healed = await site.MoreArriveAsync(100, TimeSpan.FromSeconds(90));
        var counts = await site.FinishedAsync(6000, Patience);

        Assert.Equal(6000, counts["delivered"]);
        Assert.Equal(6000, site.Receiver.Arrivals.Count);
        Assert.Equal(0, site.Repeats);
        Assert.Equal(0, await site.UncertainAsync());
        Assert.InRange(healed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Master_KilledUnderASentinel_WorkersFollowTheOneThatItNames()
    {
        await using var first = await RedisServer.StartAsync();
        await using var second = await RedisServer.StartAsync("no", "--replicaof", $"127.0.0.1 {first.Port}");
        await using var sentinel = await RedisSentinel.StartAsync(first);
        await using var site = await Site.OnAsync(sentinel.Configuration);
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, 500, tenants: 20);
        await site.FinishedAsync(500, Patience);

        // What a master had not told its replica is lost with it (Redis:MinReplicas is for that).
        var written = await OffsetAsync(first, "master_repl_offset");
        await Eventually.GetAsync(async () => await OffsetAsync(second, "slave_repl_offset") >= written ? second : null, Patience, "the replica to be in step");
        await first.KillAsync();
        await Eventually.GetAsync(async () => await sentinel.MasterPortAsync() == $"{second.Port}" ? second : null, Patience, "the sentinel to name the replica");
        await site.ProduceAsync(500, 500, tenants: 20);
        var counts = await site.FinishedAsync(1000, Patience);

        Assert.Equal(1000, counts["delivered"]);
        Assert.Equal(1000, site.Receiver.Arrivals.Count);
        Assert.Equal(0, site.Repeats);
    }

    /// <summary>How much of the replication stream there is.</summary>
    private static async Task<long> OffsetAsync(RedisServer server, string field) =>
        (await server.CliAsync("INFO", "replication")).Split('\n').Select(line => line.Trim().Split(':')).Where(line => line[0] == field).Select(line => long.Parse(line[1], CultureInfo.InvariantCulture)).Single();
}
