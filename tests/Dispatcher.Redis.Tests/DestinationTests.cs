using Dispatcher.Core.Destinations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Redis.Tests;

/// <summary>Destination groups: limits that count over tenants, workers and lanes.</summary>
public sealed class DestinationTests(RedisFixture redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Add_DomainOrWildcard_PutsTheFlowIntoItsGroup()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example", "*.box.example"] });
        await engine.AddManyAsync("acme", 1, "box.example", "a");
        await engine.AddManyAsync("acme", 1, "mail.box.example", "b");
        await engine.AddManyAsync("acme", 1, "xbox.example", "c");
        await engine.AddManyAsync("beta", 1, "box.example", "d");

        Assert.Equal(2, await engine.QueuedAsync("acme/box"));
        Assert.Equal(1, await engine.QueuedAsync("acme"));
        Assert.Equal(1, await engine.QueuedAsync("beta/box"));
        Assert.Equal(2, await engine.NumberAsync("lane", "active"));
        await engine.AssertInOrderAsync();
    }

    /// <summary>Mail goes to the same server in whatever form a domain is written: neither a limit nor a pause is evaded by it.</summary>
    [Theory]
    [InlineData("bücher.example")]
    [InlineData("BÜCHER.example")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("ｇｍａｉｌ.example")]
    [InlineData("gmail\u3002example")]
    public async Task Pause_OfAGroup_HoldsItsDomainsInAnyForm(string domain)
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["xn--bcher-kva.example", "gmail.example"] });
        using var lane = engine.Lane("w1");
        await engine.Control.PauseAsync(QueueScope.Destination("box"), default);

        await engine.AddAsync("acme", "a", body: $$"""{"recipient":{"email":"a@{{domain}}"},"tenant":"acme","id":"a"}""");

        Assert.Equal(1, await engine.QueuedAsync("acme/box"));
        Assert.Empty((await lane.ClaimAsync(1, 10, default)).Entries);
    }

    [Fact]
    public async Task Claim_Rate_CountsOverTenantsAndSaysWhenThereIsMore()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"], Rate = new(100, 10) });
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 50, "box.example");
        await engine.AddManyAsync("beta", 50, "box.example");
        await engine.AddManyAsync("gamma", 3);

        var first = await lane.ClaimAsync(1, 100, default);
        Assert.Equal(13, first.Entries.Count);
        await Engine.StartAsync(lane, first.Entries);
        var second = await lane.ClaimAsync(2, 100, default);
        Assert.Empty(second.Entries);
        Assert.NotNull(second.Next);
        Assert.InRange(second.Next.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50));
        await engine.PassAsync(TimeSpan.FromMilliseconds(40));
        Assert.Equal(4, (await lane.ClaimAsync(3, 100, default)).Entries.Count);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_TokensUsedUpInThisCall_SaysWhenThereAreMore()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"], Rate = new(100, 10) });
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 50, "box.example");
        await Engine.StartAsync(lane, (await lane.ClaimAsync(1, 10, default)).Entries);
        await engine.PassAsync(TimeSpan.FromMilliseconds(30));

        var claimed = await lane.ClaimAsync(2, 100, default);

        Assert.Equal(3, claimed.Entries.Count);
        Assert.NotNull(claimed.Next);
        Assert.InRange(claimed.Next.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Start_WholeBurstWasClaimed_WakesWhoSleeps()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"], Rate = new(1000, 10) });
        using var first = engine.Lane("w1");
        using var second = engine.Lane("w2");
        await engine.AddManyAsync("acme", 50, "box.example");
        var claimed = (await first.ClaimAsync(1, 100, default)).Entries;
        await second.WaitForWorkAsync(Patience, default); // subscribes
        Assert.Null((await second.ClaimAsync(1, 100, default)).Next);
        var woken = second.WaitForWorkAsync(Patience * 2, default);
        await engine.PassAsync(TimeSpan.FromSeconds(1));

        await Engine.StartAsync(first, claimed);
        await woken.WaitAsync(Patience);

        Assert.Equal(10, (await second.ClaimAsync(2, 100, default)).Entries.Count);
    }

    [Fact]
    public async Task Claim_OfALimitedScope_LetsTheClaimerSleep()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"], Concurrency = 100 });
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Concurrency = 100 }, default);
        await engine.AddManyAsync("acme", 5, "box.example");

        // Nothing was released: nobody is woken by its own claim, to claim once more.
        Assert.Equal(5, (await lane.ClaimAsync(1, 100, default)).Entries.Count);

        Assert.Equal(1, await engine.NumberAsync("lane", "sleeping"));
    }

    [Fact]
    public async Task Claim_Concurrency_CountsOverTenantsAndWorkers()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"], Concurrency = 4 });
        using var first = engine.Lane("w1");
        using var second = engine.Lane("w2");
        await engine.AddManyAsync("acme", 10, "box.example");
        await engine.AddManyAsync("beta", 10, "box.example");

        var one = (await first.ClaimAsync(1, 3, default)).Entries;
        await Engine.StartAsync(first, one);
        Assert.Single((await second.ClaimAsync(1, 10, default)).Entries);
        Assert.Empty((await first.ClaimAsync(2, 10, default)).Entries);
        await Engine.DoneAsync(first, one.Take(2));
        Assert.Equal(2, (await second.ClaimAsync(2, 10, default)).Entries.Count);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Pause_OfAGroup_LeavesTheRest()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"] });
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 3, "box.example");
        await engine.AddManyAsync("acme", 3, prefix: "free");

        await engine.Control.PauseAsync(QueueScope.Destination("box"), default);

        Assert.Equal(["free0", "free1", "free2"], (await lane.ClaimAsync(1, 10, default)).Entries.Select(c => c.Id));
        await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"], Concurrency = 9 }, default);
        Assert.Empty((await lane.ClaimAsync(2, 10, default)).Entries);
        await engine.Control.ResumeAsync(QueueScope.Destination("box"), default);
        Assert.Equal(3, (await lane.ClaimAsync(3, 10, default)).Entries.Count);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Remove_Group_WhatWaitsGoesOnWithoutItsLimits()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"], Concurrency = 1 });
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 5, "box.example");

        Assert.True(await engine.Destinations.RemoveAsync("box", default));

        Assert.Equal(5, (await lane.ClaimAsync(1, 10, default)).Entries.Count);
        Assert.False(await engine.Destinations.RemoveAsync("box", default));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_GroupClosedAndOpenedAgain_StarvesNobody()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"], Concurrency = 2 });
        using var lane = engine.Lane("w1");
        string[] tenants = ["a", "b", "c", "d", "e"];
        foreach (var tenant in tenants)
        {
            await engine.AddManyAsync(tenant, 200, "box.example");
        }

        await engine.AddManyAsync("free", 500);
        var served = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var call = 1; call <= 200; call++)
        {
            // The group is full after two, and open again at the next call.
            var claimed = (await lane.ClaimAsync(call, 4, default)).Entries;
            await Engine.StartAsync(lane, claimed);
            await Engine.DoneAsync(lane, claimed);
            foreach (var one in claimed)
            {
                served[one.Tenant] = served.GetValueOrDefault(one.Tenant) + 1;
            }
        }

        var shares = tenants.Select(t => (double)served[t]).ToArray();
        Assert.Equal(400, shares.Sum());
        Assert.InRange(Fairness.Jain(shares), 0.99, 1);
        Assert.True(served["free"] >= 80, $"free had {served["free"]}");
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_FlowsInThreeGroups_AreOneShare()
    {
        await using var engine = await StoppedAsync(
            new DestinationGroup { Group = "x", Domains = ["x.example"] }, new DestinationGroup { Group = "y", Domains = ["y.example"] });
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("wide", 300, "x.example", "x");
        await engine.AddManyAsync("wide", 300, "y.example", "y");
        await engine.AddManyAsync("wide", 300, "z.example", "z");
        await engine.AddManyAsync("narrow", 300);
        Assert.Equal(2, await engine.NumberAsync("lane", "active"));

        var served = new List<string>();
        for (var call = 1; call <= 40; call++)
        {
            served.AddRange((await lane.ClaimAsync(call, 10, default)).Entries.Select(c => c.Tenant));
        }

        Assert.InRange(served.Count(t => t == "narrow"), 185, 215);
    }

    [Fact]
    public async Task Claim_ReopenedGroupOfManyTenants_GoesOnWithWhoWaitedLongestAndMovesNobodyElse()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"] });
        using var lane = engine.Lane("w1");
        await engine.Invitations.AddAsync([.. Enumerable.Range(0, 3000).Select(i => Engine.Invitation($"t{i}", "i0", "box.example"))], "test", default);
        await engine.Control.PauseAsync(QueueScope.Destination("box"), default);
        await engine.AddManyAsync("free", 100);
        await lane.ClaimAsync(1, 64, default);
        await engine.Control.ResumeAsync(QueueScope.Destination("box"), default);
        var vtime = await engine.NumberAsync("lane", "vtime");
        Assert.True(vtime > 0);

        var claimed = (await lane.ClaimAsync(2, 10, default)).Entries;

        Assert.Equal(10, claimed.Count(c => c.Tenant != "free"));
        Assert.Equal(2990, await engine.Redis.CallAsync(d => d.SortedSetLengthAsync(engine.Lanes.All[0].Prefix + "ready:box", 0, vtime), default));
        await engine.AssertInOrderAsync();
    }

    /// <summary>Others' work moves the virtual time past all that wait for the group: each token is spent by the first call, and in turn.</summary>
    [Fact]
    public async Task Claim_SlowGroupOfManyTenantsBesideOthersWork_SpendsEachTokenAtOnceAndInTurn()
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"], Rate = new(50, 1) });
        using var lane = engine.Lane("w1");
        await engine.Invitations.AddAsync(
            [.. Enumerable.Range(0, 3000).SelectMany(i => new[] { Engine.Invitation($"t{i:0000}", "i0", "box.example"), Engine.Invitation($"t{i:0000}", "i1", "box.example") })], "test", default);
        await engine.AddManyAsync("free", 2000);

        var sent = new List<string>();
        for (var call = 1L; call <= 40; call++)
        {
            var claimed = (await lane.ClaimAsync(call, 20, default)).Entries;
            await Engine.StartAsync(lane, claimed);
            await Engine.DoneAsync(lane, claimed);
            sent.AddRange(claimed.Where(c => c.Tenant != "free").Select(c => c.Tenant));
            Assert.Contains(claimed, c => c.Tenant == "free");
            await engine.PassAsync(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal(40, sent.Count);
        Assert.Equal(40, sent.Distinct().Count());
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Lanes_SharedRate_IsNeverPassedAndIsUsed()
    {
        const int PerSecond = 400;
        const int Burst = 200; // half a second: what a busy machine holds up can be caught up
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { Lanes = 3 });
        await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"], Rate = new(PerSecond, Burst) }, default);
        foreach (var tenant in Enumerable.Range(0, 12))
        {
            await engine.AddManyAsync($"t{tenant}", 200, "box.example");
        }

        var granted = new List<(double At, int Count)>();
        var gate = new Lock();
        var started = TimeProvider.System.GetTimestamp();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(n => ClaimAsync(n % 3, $"w{n / 3}")));

        // A token lent is one that may be used up to a second later: windows count from the moment of the claim.
        granted.Sort();
        var total = granted.Sum(g => g.Count);
        for (var from = 0; from < granted.Count; from++)
        {
            var sum = 0;
            for (var to = from; to < granted.Count; to++)
            {
                sum += granted[to].Count;
                Assert.True(sum <= ((granted[to].At - granted[from].At) * PerSecond) + (2 * Burst) + (3 * PerSecond / 20.0), $"{sum} in {granted[to].At - granted[from].At:0.000} s");
            }
        }

        Assert.InRange(total, 0.95 * PerSecond * 3, (PerSecond * 3.1) + Burst);

        async Task ClaimAsync(int number, string worker)
        {
            using var lane = engine.Lane(worker, number);
            await lane.WaitForWorkAsync(TimeSpan.Zero, default); // subscribes
            for (var call = 1L; !stop.IsCancellationRequested; call++)
            {
                var claimed = await lane.ClaimAsync(call, 64, default);
                if (claimed.Entries.Count > 0)
                {
                    lock (gate)
                    {
                        granted.Add((TimeProvider.System.GetElapsedTime(started).TotalSeconds, claimed.Entries.Count));
                    }

                    await Engine.StartAsync(lane, claimed.Entries);
                    await Engine.DoneAsync(lane, claimed.Entries);
                }

                // As the claimer does.
                var pause = claimed.Entries.Count < 64 ? claimed.Next ?? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
                if (pause > TimeSpan.Zero)
                {
                    await lane.WaitForWorkAsync(pause < TimeSpan.FromSeconds(1) ? pause : TimeSpan.FromSeconds(1), default);
                }
            }
        }
    }

    [Fact]
    public async Task Lanes_SharedRateAndFullConcurrency_BorrowsNothingToHoard()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { Lanes = 2 });
        await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"], Rate = new(1000, 100), Concurrency = 4 }, default);
        using var lane = engine.Lane("w1", engine.Lanes.Of("acme").Number);
        await engine.AddManyAsync("acme", 200, "box.example");
        var call = 0L;
        while ((await lane.HeldAsync(default)).Count < 2)
        {
            await lane.ClaimAsync(++call, 10, default);
            Assert.InRange(call, 0, 20);
        }

        // Full: what could not be used must not be lent, nor asked for again and again.
        for (var i = 0; i < 20; i++)
        {
            var claimed = await lane.ClaimAsync(++call, 10, default);
            Assert.Empty(claimed.Entries);
            Assert.NotEqual(TimeSpan.Zero, claimed.Next);
        }

        Assert.InRange(await engine.NumberAsync("g:box", "credit", engine.Lanes.Of("acme").Number), 0, 60);
    }

    /// <summary>Lanes' parts are all of it together, and a lane without a place would never send: below the number of lanes each has one.</summary>
    [Theory]
    [InlineData(4, 7, 7)]
    [InlineData(4, 4, 4)]
    [InlineData(4, 2, 4)]
    public async Task Lanes_Concurrency_IsDividedWithoutARest(int lanes, int concurrency, int expected)
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { Lanes = lanes });
        await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"], Concurrency = concurrency }, default);

        var places = 0.0;
        for (var lane = 0; lane < lanes; lane++)
        {
            places += await engine.NumberAsync("g:box", "concurrency", lane);
        }

        Assert.Equal(expected, places);
    }

    /// <summary>At 1,000 a second a lane need not come for each token.</summary>
    [Fact]
    public async Task Lend_NothingLeft_SaysToComeBackForSeveral()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var (tokens, wait) = (0L, 0L);
        do
        {
            var reply = (await engine.Redis.RunAsync(Script.Lend, DispatchKeys.Lent("box"), [1000, 100, 50], default)).Rows();
            (tokens, wait) = ((long)reply[0], (long)reply[1]);
        }
        while (tokens > 0);

        Assert.InRange(wait, 19, 20);
    }

    [Fact]
    public async Task Lend_RateRaised_IsLentAtOnce()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        Assert.Equal(50, await LendAsync(engine, 0.01, 50, 50, 50));
        Assert.Equal(0, await LendAsync(engine, 0.01, 50, 1, 1));

        var lent = await Eventually.GetAsync<object>(async () => await LendAsync(engine, 1000, 50, 5, 50) > 0 ? "" : null, Patience, "tokens at the new rate");
        Assert.NotNull(lent);
    }

    /// <summary>Lanes share a worker by this: who waits for a group that is closed can't use a share.</summary>
    [Theory]
    [InlineData(100, 13)]
    [InlineData(2, 13)]
    public async Task Claim_TenantsWaitForAClosedGroup_AreNotActive(int most, double expected)
    {
        await using var engine = await StoppedAsync(new DestinationGroup { Group = "box", Domains = ["box.example"] }, new DestinationGroup { Group = "few", Domains = ["few.example"], Concurrency = 3 });
        using var lane = engine.Lane("w1");
        for (var n = 0; n < 10; n++)
        {
            await engine.AddManyAsync($"open{n}", 5);
            await engine.AddManyAsync($"open{n}", 5, "box.example", "b");
            await engine.AddManyAsync($"waits{n}", 5, "box.example");
            await engine.AddManyAsync($"mostly{n}", 5, "few.example");
        }

        var before = await engine.NumberAsync("lane", "active");
        await engine.Control.PauseAsync(QueueScope.Destination("box"), default);
        var claimed = await lane.ClaimAsync(1, most, default);

        Assert.Equal(30, before);
        Assert.Equal(expected, claimed.ActiveWeight, 6);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Claim_OneTenantForManyGroupsAndMostAreClosed_KeepsItsWeight()
    {
        await using var engine = await StoppedAsync([.. Enumerable.Range(0, 5).Select(n => new DestinationGroup { Group = $"g{n}", Domains = [$"g{n}.example"] })]);
        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Weight = 4 }, default);
        using var lane = engine.Lane("w1");
        for (var n = 0; n < 5; n++)
        {
            await engine.AddManyAsync("acme", 5, $"g{n}.example", $"a{n}-");
            await engine.AddManyAsync("beta", 5, $"g{n}.example", $"b{n}-");
        }

        Assert.Equal(5, (await lane.ClaimAsync(1, 100, default)).ActiveWeight, 6);
        await engine.AddManyAsync("acme", 5, "g0.example", "more");
        await engine.AddManyAsync("beta", 5, "g1.example", "more");
        await engine.Control.PauseAsync(QueueScope.Destination("g1"), default);

        Assert.Equal(4, (await lane.ClaimAsync(2, 100, default)).ActiveWeight, 6);
    }

    private async Task<Engine> StoppedAsync(params DestinationGroup[] groups)
    {
        var engine = await Engine.StartAsync(redis.Server);
        await engine.StopClockAsync();
        foreach (var group in groups)
        {
            await engine.Destinations.ApplyAsync(group, default);
        }

        return engine;
    }

    /// <summary>Asks until nothing is lent any more, or so many were.</summary>
    private static async Task<long> LendAsync(Engine engine, double rate, int burst, int wanted, int most)
    {
        var sum = 0L;
        while (sum < most)
        {
            var reply = (await engine.Redis.RunAsync(Script.Lend, DispatchKeys.Lent("box"), [rate, burst, wanted], default)).Rows();
            if ((long)reply[0] == 0)
            {
                break;
            }

            sum += (long)reply[0];
        }

        return sum;
    }
}
