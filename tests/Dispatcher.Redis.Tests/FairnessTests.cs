using Dispatcher.Core.Tenants;

namespace Dispatcher.Redis.Tests;

public sealed class FairnessTests(RedisFixture redis)
{
    [Fact]
    public async Task Claim_NewcomerBehindALongQueue_WaitsOneRound()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        for (var i = 0; i < 300; i++)
        {
            await engine.AddAsync("big", $"b{i}");
        }

        await lane.ClaimAsync(1, 100, default);
        await engine.AddAsync("small", "s0");

        var batch = (await lane.ClaimAsync(2, 10, default)).Entries;

        Assert.Contains(batch, c => c.Tenant == "small");
        Assert.Equal(10, batch.Count);
    }

    [Fact]
    public async Task Claim_Weights_ShareServiceByWeight()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("heavy") with { Weight = 3 }, default);
        for (var i = 0; i < 200; i++)
        {
            await engine.AddAsync("heavy", $"h{i}");
            await engine.AddAsync("light", $"l{i}");
        }

        var served = new List<string>();
        for (var call = 1; call <= 20; call++)
        {
            served.AddRange((await lane.ClaimAsync(call, 8, default)).Entries.Select(c => c.Tenant));
        }

        var heavy = served.Count(t => t == "heavy");
        Assert.InRange(heavy, 112, 128); // three quarters of 160, within one visit
    }

    [Fact]
    public async Task Claim_RestedTenant_StarvesNobody()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        for (var i = 0; i < 100; i++)
        {
            await engine.AddAsync("busy", $"b{i}");
        }

        await lane.ClaimAsync(1, 50, default);
        for (var i = 0; i < 100; i++)
        {
            await engine.AddAsync("rested", $"r{i}");
        }

        var served = (await lane.ClaimAsync(2, 40, default)).Entries.GroupBy(c => c.Tenant).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(20, served["busy"]);
        Assert.Equal(20, served["rested"]);
    }
}
