using Dispatcher.Core.Pipeline;
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
    public async Task Claim_LongerRound_VisitsFewerForLongerAndComesToAll()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        for (var tenant = 0; tenant < 8; tenant++)
        {
            await engine.AddManyAsync($"t{tenant}", 20);
        }

        var claims = new List<string[]>();
        for (var call = 1; call <= 4; call++)
        {
            claims.Add([.. (await lane.ClaimAsync(call, 8, 32, default)).Entries.Select(c => c.Tenant)]);
        }

        Assert.All(claims, claim => Assert.Equal([4, 4], claim.CountBy(t => t).Select(t => t.Value)));
        Assert.Equal(8, claims.SelectMany(c => c).Distinct().Count());
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

    [Fact]
    public async Task Claim_LowWeightHogWasServed_NewcomersAreNotPushedBehindIt()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("hog") with { Weight = 0.01 }, default);
        await engine.AddManyAsync("hog", 500);
        await engine.AddManyAsync("steady", 500);
        await lane.ClaimAsync(1, 100, default);
        await engine.AddManyAsync("newcomer", 50);

        // Its visit lies thousands ahead of everyone's time: the newcomer starts where the others are.
        var served = await ServeAsync(lane, 2, 10, 10);

        Assert.InRange(served["newcomer"], 45, 50);
        Assert.InRange(served["steady"], 45, 60);
    }

    [Fact]
    public async Task Claim_WeightsOneThreeTen_AreSharedByWeight()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var weights = new Dictionary<string, double>(StringComparer.Ordinal) { ["one"] = 1, ["three"] = 3, ["ten"] = 10 };
        foreach (var (tenant, weight) in weights)
        {
            await engine.Tenants.ApplyAsync(TenantSettings.Default(tenant) with { Weight = weight }, default);
            await engine.AddManyAsync(tenant, 2000);
        }

        var served = await ServeAsync(lane, 1, 100, 20);

        Assert.InRange(Fairness.Jain([.. weights.Select(w => served[w.Key] / w.Value)]), 0.99, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public async Task Claim_NewcomerBehindTwentyThousand_WaitsAtMostAVisitOfEach(int visit)
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { VisitEntries = visit });
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("hog", 20_000);
        await engine.AddManyAsync("other", 200);
        await lane.ClaimAsync(1, 250, default);
        await engine.AddManyAsync("newcomer", 1);

        var claimed = (await lane.ClaimAsync(2, 250, default)).Entries;

        Assert.InRange(claimed.ToList().FindIndex(c => c.Tenant == "newcomer"), 0, 2 * 64);
    }

    [Fact]
    public async Task Claim_VisitEntriesFixed_TakesSoManyOfEachInTurn()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { VisitEntries = 5 });
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("a", 50);
        await engine.AddManyAsync("b", 50);

        var claimed = (await lane.ClaimAsync(1, 20, default)).Entries;

        Assert.Equal("aaaaabbbbbaaaaabbbbb", string.Concat(claimed.Select(c => c.Tenant)));
    }

    /// <summary>However a claim reads ahead and visits several at once: entries come as the rule says that takes them one visit at a time.</summary>
    [Theory]
    [InlineData(1, 1, 7)]
    [InlineData(2, 1, 64)]
    [InlineData(3, 3, 40)]
    [InlineData(4, 5, 128)]
    [InlineData(5, 2, 1)]
    public async Task Claim_ManyFlowsOfAllWeights_ComeByStartTag(int seed, int visit, int most)
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { VisitEntries = visit });
        using var lane = engine.Lane("w1");
        var random = new Random(seed);
        var flows = new List<(string Tenant, double Weight, int Left, double Tag)>();
        for (var i = 0; i < 40; i++)
        {
            var (tenant, weight, count) = ($"t{i:00}", Math.Exp(6 * random.NextDouble() - 3), random.Next(1, 20));
            await engine.Tenants.ApplyAsync(TenantSettings.Default(tenant) with { Weight = weight }, default);
            await engine.AddManyAsync(tenant, count);
            flows.Add((tenant, weight, count, 0));
        }

        for (long call = 1; flows.Count > 0; call++)
        {
            var expected = new List<string>();
            while (expected.Count < most && flows.Count > 0)
            {
                var next = flows.MinBy(f => (f.Tag, f.Tenant));
                flows.Remove(next);
                var taken = Math.Min(Math.Min(visit, most - expected.Count), next.Left);
                expected.AddRange(Enumerable.Repeat(next.Tenant, taken));
                if (taken < next.Left)
                {
                    flows.Add(next with { Left = next.Left - taken, Tag = next.Tag + (taken / next.Weight) });
                }
            }

            Assert.Equal(expected, (await lane.ClaimAsync(call, most, default)).Entries.Select(c => c.Tenant));
        }

        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_TenantThatLeavesAndComesBack_GetsNoMoreThanOneThatStays()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("stays", 1000);
        var served = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var round = 0; round < 40; round++)
        {
            // Its queue is empty after each claim; its finish tag is not forgotten with it.
            await engine.AddManyAsync("comes", 5, prefix: $"r{round}-");
            foreach (var (tenant, count) in await ServeAsync(lane, round + 1, 10, 1))
            {
                served[tenant] = served.GetValueOrDefault(tenant) + count;
            }
        }

        Assert.InRange(served["comes"], 180, 205);
        Assert.InRange(served["stays"], 195, 220);
    }

    [Fact]
    public async Task Back_Several_ComeFirstAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 6);
        var claimed = (await lane.ClaimAsync(1, 3, default)).Entries;

        await lane.AdvanceAsync([.. claimed.Select(c => Step.Back(c.Key))], default);

        var again = (await lane.ClaimAsync(2, 6, default)).Entries.Select(c => c.Id).ToList();
        Assert.Equal(["i0", "i1", "i2"], again.Take(3).Order(StringComparer.Ordinal));
        Assert.Equal(["i3", "i4", "i5"], again.Skip(3));
        await engine.AssertInOrderAsync();
    }

    /// <summary>One entry at a hundredth of the weight is a debt of a hundred; at the new weight it is one of one.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Weight_Raised_ServesItsShareAtOnce(bool grouped, bool rested)
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { VisitEntries = 1 });
        using var lane = engine.Lane("w1");
        await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"], Concurrency = 1000 }, default);
        await engine.Tenants.ApplyAsync(TenantSettings.Default("raised") with { Weight = 0.01 }, default);
        await engine.AddManyAsync("raised", rested ? 1 : 100, grouped ? "box.example" : "example.com");
        await engine.AddManyAsync("steady", 300);
        Assert.Equal(1, (await ServeAsync(lane, 1, 50, 1))["raised"]);

        await engine.Tenants.ApplyAsync(TenantSettings.Default("raised"), default);
        if (rested)
        {
            await engine.AddManyAsync("raised", 99, grouped ? "box.example" : "example.com", "more");
        }

        var served = await ServeAsync(lane, 2, 10, 4);
        Assert.InRange(served.GetValueOrDefault("raised"), 19, 21);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Weight_Lowered_LeavesTheShareOfTheNewWeight()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { VisitEntries = 1 });
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("lowered") with { Weight = 10 }, default);
        await engine.AddManyAsync("lowered", 300);
        await engine.AddManyAsync("steady", 300);
        await ServeAsync(lane, 1, 10, 5);

        await engine.Tenants.ApplyAsync(TenantSettings.Default("lowered") with { Weight = 0.1 }, default);

        var served = await ServeAsync(lane, 6, 10, 22);
        Assert.InRange(served["lowered"], 18, 22);
        await engine.AssertInOrderAsync();
    }

    /// <summary>There and back is where it was: no weight that was not used costs anything.</summary>
    [Fact]
    public async Task Weight_LoweredAndRaisedAgain_ChangesNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { VisitEntries = 4 });
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 100);
        await engine.AddManyAsync("steady", 100);
        await ServeAsync(lane, 1, 11, 1);

        foreach (var weight in new[] { 0.01, 7, 1 })
        {
            await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Weight = weight }, default);
        }

        var served = await ServeAsync(lane, 2, 10, 4);
        Assert.InRange(served["acme"], 17, 24);
        await engine.AssertInOrderAsync();
    }

    private static async Task<Dictionary<string, int>> ServeAsync(RedisLane lane, long firstCall, int most, int calls)
    {
        var served = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var call = firstCall; call < firstCall + calls; call++)
        {
            foreach (var claimed in (await lane.ClaimAsync(call, most, default)).Entries)
            {
                served[claimed.Tenant] = served.GetValueOrDefault(claimed.Tenant) + 1;
            }
        }

        return served;
    }
}
