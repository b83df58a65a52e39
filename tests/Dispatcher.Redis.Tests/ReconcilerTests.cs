using System.Globalization;
using Dispatcher.Core.Destinations;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

/// <summary>Places and counters are broken by hand; one pass puts them right, and the next finds nothing.</summary>
public sealed class ReconcilerTests(RedisFixture redis)
{
    private static readonly string[] Names = ["acme", "beta", "gamma"];

    [Fact]
    public async Task Repair_AllInOrder_FindsAndChangesNothing()
    {
        await using var site = await Site.StartAsync(redis);

        var report = await site.RepairAsync();

        Assert.Equal(0, report.Faults);
        Assert.True(report.Looked >= site.Records);
    }

    [Theory]
    [InlineData("DEL {P}q:acme", "queue")]
    [InlineData("LPOP {P}q:acme", "queue")]
    [InlineData("LPOP {P}q:gamma", "queue")]
    [InlineData("DEL {P}q:beta/gmail", "queue")]
    [InlineData("DEL {P}later", "later")]
    [InlineData("ZREMRANGEBYRANK {P}later 0 1", "later")]
    [InlineData("ZADD {P}later 99999999999999 {waiting}", "later")]
    [InlineData("ZADD {P}later 5 AAAAAAAAAAAAAAAAAAAAAA", "strays")]
    [InlineData("ZADD {P}later 99999999999999 {queued}", "strays")]
    [InlineData("DEL {P}held:w1", "held")]
    [InlineData("SREM {P}held:w1 {held}", "held")]
    [InlineData("ZREM {P}workers w1", "held")]
    [InlineData("SADD {P}held:w1 AAAAAAAAAAAAAAAAAAAAAA", "strays")]
    [InlineData("SADD {P}held:w1 {queued}", "strays")]
    [InlineData("SADD {P}held:w2 {held}", "strays")]
    [InlineData("ZREM {P}ready acme", "flows")]
    [InlineData("DEL {P}ready", "flows")]
    [InlineData("DEL {P}ready:gmail", "flows")]
    [InlineData("DEL {P}groups", "flows")]
    [InlineData("ZADD {P}ready 5 nobody", "flows")]
    [InlineData("ZADD {P}ready 5 beta/gmail", "flows")]
    [InlineData("ZADD {P}limited 5 nobody", "flows")]
    [InlineData("ZADD {P}limited 5 acme", "flows")]
    [InlineData("ZREM {P}limited delta", "flows")]
    [InlineData("HDEL {P}t:delta parked", "flows")]
    [InlineData("DEL {P}ended", "ended")]
    [InlineData("DEL {P}order:0", "order")]
    [InlineData("SETRANGE {P}order:0 22 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "order")]
    [InlineData("HSET {P}lane n:queued 7", "counters")]
    [InlineData("HSET {P}lane n:queued -7", "counters")]
    [InlineData("HSET {P}lane n:scheduled 0", "counters")]
    [InlineData("HSET {P}lane n:claimed 0", "counters")]
    [InlineData("HSET {P}lane n:sending 1000", "counters")]
    [InlineData("HSET {P}lane n:deferred 1000", "counters")]
    [InlineData("HSET {P}lane active 17.5", "counters")]
    [InlineData("HSET {P}lane rules 3", "counters")]
    [InlineData("HSET {P}t:acme queued 1", "counters")]
    [InlineData("HSET {P}t:acme claimed 100", "counters")]
    [InlineData("HSET {P}t:acme sending -1", "counters")]
    [InlineData("HSET {P}t:acme scheduled-for-later 8", "counters")]
    [InlineData("HSET {P}t:acme flows 4", "counters")]
    [InlineData("HSET {P}t:nobody sending 4", "counters")]
    [InlineData("HSET {P}g:gmail claimed 40", "counters")]
    [InlineData("HSET {P}g:gmail sending 40", "counters")]
    [InlineData("HSET {P}g:nowhere sending 40", "counters")]
    public async Task Repair_OneThingBroken_PutsItRightAndThenFindsNothing(string command, string kind)
    {
        await using var site = await Site.StartAsync(redis);
        await site.BreakAsync(command);

        var looked = await site.LookAsync();
        var repaired = await site.RepairAsync();

        Assert.True(Of(looked, kind) > 0, $"looked: {looked}");
        Assert.True(Of(repaired, kind) > 0, $"repaired: {repaired}");
        await site.VerifyAsync();
        Assert.Equal(0, (await site.RepairAsync()).Faults);
        Assert.Equal(0, (await site.LookAsync()).Faults);
    }

    [Fact]
    public async Task Repair_TenantAtRest_KeepsWhatIsNotZero()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a");
        await Engine.StepAsync(lane, Engine.Done(await Engine.StartOneAsync(lane)));

        await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default);

        var left = await engine.Redis.CallAsync(d => d.HashGetAllAsync("{d:00}:t:acme"), default);
        Assert.Equal(["delivered", "queued"], left.Select(f => (string)f.Name!).Order(StringComparer.Ordinal));
        await engine.AddAsync("acme", "b");
        await Engine.StepAsync(lane, Engine.Done(await Engine.StartOneAsync(lane, 2)));
        Assert.Equal(0, (await engine.Get<RedisReconciler>().LookAsync(engine.Lanes.All[0], null, default)).Faults);
    }

    [Fact]
    public async Task Look_ManyThingsBroken_ChangesNothing()
    {
        await using var site = await Site.StartAsync(redis);
        await site.BreakAsync("DEL {P}later");
        await site.BreakAsync("DEL {P}q:acme");
        await site.BreakAsync("HSET {P}lane n:queued 7");
        var before = (await LanePicture.TakeAsync(site.Engine)).Faults;

        await site.LookAsync();

        Assert.NotEmpty(before);
        Assert.Equal(before, (await LanePicture.TakeAsync(site.Engine)).Faults);
    }

    [Fact]
    public async Task Repair_ClaimedByNobody_IsGivenBackAfterALease()
    {
        await using var site = await Site.StartAsync(redis);
        var key = await site.OfStateAsync("claimed");
        var packed = await site.Engine.Redis.CallAsync(d => d.StringGetAsync(site.Lane.State(key)), default);
        await site.Engine.Redis.CallAsync(
            d => d.StringSetAsync(site.Lane.State(key), ((string)packed!).Replace("claimed\tw1\t", "claimed\t\t", StringComparison.Ordinal)), default);

        Assert.True((await site.RepairAsync()).Held > 0);
        using var lane = site.Engine.Lane("w9");
        await lane.BeatAsync(default);
        await site.Engine.SilenceAsync("nobody", TimeSpan.FromSeconds(6));
        await lane.BeatAsync(default);

        await site.VerifyAsync();
        Assert.NotEqual("claimed", (await LanePicture.TakeAsync(site.Engine)).Records[key].State);
    }

    [Fact]
    public async Task Repair_LeakedPlaceOfATenantAtItsLimit_LetsItsQueueGoOn()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), new TemporaryLimits { Concurrency = 1 }, default);
        await engine.AddAsync("acme", "a1");
        await engine.Redis.CallAsync(d => d.HashSetAsync(engine.Lanes.All[0].Tenant("acme"), "sending", 1), default);
        Assert.Empty((await lane.ClaimAsync(1, 10, default)).Entries);

        await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default);

        Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries);
    }

    [Fact]
    public async Task Repair_LongQueueWithItsFirstEntriesLost_PutsThemBackAtTheHead()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddManyAsync(engine, "acme", 0, 700);
        await engine.Redis.CallAsync(d => d.ExecuteAsync("LPOP", (RedisKey)(engine.Lanes.All[0].Prefix + "q:acme"), 3), default);

        var report = await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default);

        Assert.Equal(3, report.Queue);
        Assert.Equal(0, (await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default)).Faults);
        Assert.Empty((await LanePicture.TakeAsync(engine)).Faults);
        var first = (await lane.ClaimAsync(1, 3, default)).Entries.Select(e => e.Id);
        Assert.Equal(["a0", "a1", "a2"], first.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Repair_OrderWasLost_IsMetByFiltersAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await AddManyAsync(engine, "acme", 0, 600);
        var prefix = engine.Lanes.All[0].Prefix;
        await engine.Redis.CallAsync(d => d.KeyDeleteAsync([prefix + "order:0", prefix + "order:1"]), default);
        await engine.Redis.CallAsync(d => d.HashSetAsync(engine.Lanes.All[0].Lane, "oldest", 2), default);

        Assert.Equal(512, (await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default)).Order);

        Assert.Equal(new CancelCount(600, 600, 0), await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default));
    }

    [Fact]
    public async Task Add_OrderWasLost_WhatComesLaterStandsInItsPlace()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await AddManyAsync(engine, "acme", 0, 100);
        await engine.Redis.CallAsync(d => d.KeyDeleteAsync(engine.Lanes.All[0].Prefix + "order:0"), default);
        await AddManyAsync(engine, "acme", 100, 300);

        Assert.Equal(100, (await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default)).Order);

        Assert.Empty((await LanePicture.TakeAsync(engine)).Faults);
        Assert.Equal(new CancelCount(400, 400, 0), await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default));
    }

    /// <summary>A hand in Redis has taken records away: nobody counts them, and their keys would stand in order for ever.</summary>
    [Fact]
    public async Task Repair_RecordsWereTakenAway_TakesTheirKeysAway()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await AddManyAsync(engine, "acme", 0, 600);
        var lane = engine.Lanes.All[0];
        var gone = Enumerable.Range(0, 300).Select(n => RecordKey.Of("acme", $"a{n}"));
        await engine.Redis.CallAsync(d => d.KeyDeleteAsync([.. gone.Select(k => lane.State(k))]), default);

        var report = await engine.Get<RedisReconciler>().RepairAsync(lane, null, default);

        Assert.Equal((1, 0), (report.Strays, report.Order));
        Assert.False(await engine.Redis.CallAsync(d => d.KeyExistsAsync(lane.Prefix + "order:0"), default));
        Assert.True(await engine.Redis.CallAsync(d => d.KeyExistsAsync(lane.Prefix + "order:1"), default));
    }

    [Fact]
    public async Task Repair_MoreRecordsThanOneStepCounts_CountsWhileNothingMoves()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddManyAsync(engine, "acme", 0, 2500);
        await AddManyAsync(engine, "beta", 0, 300);
        await lane.ClaimAsync(1, 40, default);
        var keys = engine.Lanes.All[0];
        await engine.Redis.CallAsync(d => d.HashSetAsync(keys.Lane, "n:queued", 3), default);
        await engine.Redis.CallAsync(d => d.HashSetAsync(keys.Tenant("acme"), "claimed", 900), default);
        await engine.Redis.CallAsync(d => d.HashSetAsync(keys.Tenant("acme"), "queued", -4), default);

        var report = await engine.Get<RedisReconciler>().RepairAsync(keys, null, default);

        Assert.Equal(3, report.Counters);
        Assert.Empty((await LanePicture.TakeAsync(engine)).Faults);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4000)]
    public async Task Repair_WhileEverythingMoves_RepairsNothingThatIsRight(int backlog)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await AddManyAsync(engine, "backlog", 0, backlog);
        using var over = new CancellationTokenSource();
        var load = Task.WhenAll(WorkAsync(engine, "w1", over.Token), WorkAsync(engine, "w2", over.Token), ProduceAsync(engine, over.Token));

        for (var pass = 0; pass < 5; pass++)
        {
            Assert.Equal(0, (await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default)).Faults);
        }

        await over.CancelAsync();
        await load;
        Assert.Empty((await LanePicture.TakeAsync(engine)).Faults);
    }

    [Fact]
    public async Task Repair_CounterFarOffWhileEverythingMoves_ComesWithinWhatMoved()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await AddManyAsync(engine, "backlog", 0, 3000);
        var keys = engine.Lanes.All[0];
        using var over = new CancellationTokenSource();
        var load = Task.WhenAll(WorkAsync(engine, "w1", over.Token), ProduceAsync(engine, over.Token));
        await engine.Redis.CallAsync(d => d.HashIncrementAsync(keys.Lane, "n:queued", 1_000_000), default);

        Assert.Equal(1, (await engine.Get<RedisReconciler>().RepairAsync(keys, null, default)).Counters);

        await over.CancelAsync();
        await load;
        await engine.Get<RedisReconciler>().RepairAsync(keys, null, default);
        Assert.Empty((await LanePicture.TakeAsync(engine)).Faults);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Repair_BrokenAtRandom_IsInOrderAfterOnePass(int seed)
    {
        var random = new Random(seed);
        await using var site = await Site.StartAsync(redis);
        var done = new List<string>();
        for (var turn = 0; turn < 5; turn++)
        {
            for (var broken = 0; broken < 4; broken++)
            {
                done.Add(await site.BreakAtRandomAsync(random));
            }

            await site.RepairAsync();

            var faults = (await LanePicture.TakeAsync(site.Engine)).Faults;
            Assert.True(faults.Count == 0, $"seed {seed}: {string.Join("; ", faults)}\n{string.Join('\n', done)}");
            var again = await site.RepairAsync();
            Assert.True(again.Faults == 0, $"seed {seed}: {again}\n{string.Join('\n', done)}");
        }
    }

    private static long Of(ReconcileReport report, string kind) => kind switch
    {
        "queue" => report.Queue,
        "later" => report.Later,
        "held" => report.Held,
        "strays" => report.Strays,
        "flows" => report.Flows,
        "ended" => report.Ended,
        "order" => report.Order,
        _ => report.Counters,
    };

    private static async Task AddManyAsync(Engine engine, string tenant, int from, int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        var many = Enumerable.Range(from, count).Select(n => (Id: $"a{n}", Json: System.Text.Encoding.UTF8.GetBytes($$"""{"tenant":"{{tenant}}"}""")))
            .Select(i => new NewInvitation(tenant, i.Id, i.Json, RecordKey.OfBody(i.Json), RecordKey.OfRecipient(i.Id + "@example.com"), null, null));
        await engine.Invitations.AddAsync([.. many], "test", default);
    }

    // As many as a picture of the lane, which is one script, can take in.
    private static async Task ProduceAsync(Engine engine, CancellationToken over)
    {
        for (var n = 0; n < 10_000 && !over.IsCancellationRequested; n += 20)
        {
            await AddManyAsync(engine, Names[n / 20 % Names.Length], n, 20);
        }
    }

    private static async Task WorkAsync(Engine engine, string worker, CancellationToken over)
    {
        using var lane = engine.Lane(worker);
        for (var call = 1L; !over.IsCancellationRequested; call++)
        {
            await lane.BeatAsync(default);
            var entries = (await lane.ClaimAsync(call, 30, default)).Entries;
            await lane.AdvanceAsync([.. entries.Select((e, i) => i % 5 == 0 ? Engine.Start(e) with { Kind = StepKind.Back } : Engine.Start(e))], default);
            await lane.AdvanceAsync([.. entries.Where((_, i) => i % 5 != 0).Select((e, i) => End(e, i))], default);
            await lane.PromoteAsync(default);
        }
    }

    private static Step End(ClaimedInvitation entry, int number) => (number % 4) switch
    {
        0 => Engine.Done(entry) with { Kind = StepKind.Defer, Status = Status.Unset, AcceptedBy = null, Delay = TimeSpan.FromMilliseconds(1) },
        1 => Engine.Done(entry) with { Kind = StepKind.Interrupt, Status = Status.Unset, AcceptedBy = null },
        _ => Engine.Done(entry),
    };

    /// <summary>A lane with something in every state and every place.</summary>
    private sealed class Site : IAsyncDisposable
    {
        private Site(Engine engine) => Engine = engine;

        public Engine Engine { get; }

        public LaneKeys Lane => Engine.Lanes.All[0];

        public int Records { get; private set; }

        public static async Task<Site> StartAsync(RedisFixture redis)
        {
            var site = new Site(await Engine.StartAsync(redis.Server));
            await site.FillAsync();
            await site.VerifyAsync();
            return site;
        }

        public Task<ReconcileReport> LookAsync() => Engine.Get<RedisReconciler>().LookAsync(Lane, null, default);

        public Task<ReconcileReport> RepairAsync() => Engine.Get<RedisReconciler>().RepairAsync(Lane, null, default);

        public async Task VerifyAsync() => Assert.Empty((await LanePicture.TakeAsync(Engine)).Faults);

        public async Task<string> OfStateAsync(params string[] states) =>
            (await LanePicture.TakeAsync(Engine)).Records.Where(r => states.Contains(r.Value.State)).Select(r => r.Key).Order(StringComparer.Ordinal).First();

        public async Task BreakAsync(string command)
        {
            command = command.Replace("{P}", Lane.Prefix, StringComparison.Ordinal);
            command = command.Contains("{waiting}", StringComparison.Ordinal) ? command.Replace("{waiting}", await OfStateAsync("scheduled", "deferred"), StringComparison.Ordinal) : command;
            command = command.Contains("{queued}", StringComparison.Ordinal) ? command.Replace("{queued}", await OfStateAsync("queued"), StringComparison.Ordinal) : command;
            command = command.Contains("{held}", StringComparison.Ordinal) ? command.Replace("{held}", await OfStateAsync("claimed", "sending"), StringComparison.Ordinal) : command;
            var words = command.Split(' ');
            await Engine.Redis.CallAsync(d => d.ExecuteAsync(words[0], [(RedisKey)words[1], .. words[2..]]), default);
        }

        public async Task<string> BreakAtRandomAsync(Random random)
        {
            var tenant = Names[random.Next(Names.Length)];
            var number = random.Next(-3, 50).ToString(CultureInfo.InvariantCulture);
            string[] states = ["scheduled", "queued", "claimed", "sending", "deferred"];
            string[] fields = ["queued", "sending", "scheduled-for-later", "claimed", "flows"];
            var command = random.Next(12) switch
            {
                0 => $"DEL {{P}}q:{tenant}",
                1 => $"LPOP {{P}}q:{tenant}",
                2 => "ZREMRANGEBYRANK {P}later 0 2",
                3 => "SPOP {P}held:w1",
                4 => "DEL {P}workers",
                5 => $"ZREM {{P}}ready {tenant}",
                6 => $"ZADD {{P}}limited 7 {tenant}",
                7 => $"ZADD {{P}}ready 7 {tenant}",
                8 => $"HSET {{P}}lane n:{states[random.Next(states.Length)]} {number}",
                9 => $"HSET {{P}}t:{tenant} {fields[random.Next(fields.Length)]} {number}",
                10 => "SADD {P}held:w2 {queued}",
                _ => "ZADD {P}later 3 {held}",
            };
            await BreakAsync(command);
            return command;
        }

        public ValueTask DisposeAsync() => Engine.DisposeAsync();

        private async Task FillAsync()
        {
            await Engine.Destinations.ApplyAsync(new DestinationGroup { Group = "gmail", Domains = ["gmail.com"], Concurrency = 100 }, default);
            var soon = TimeProvider.System.GetUtcNow().AddHours(1);
            using var lane = Engine.Lane("w1");
            foreach (var tenant in Names)
            {
                for (var n = 0; n < 12; n++)
                {
                    await AddAsync(tenant, $"{tenant}{n}", "example.com", n < 3 ? soon : null);
                }

                await AddAsync(tenant, $"{tenant}g1", "gmail.com", null);
                await AddAsync(tenant, $"{tenant}g2", "gmail.com", null);
            }

            var claimed = (await lane.ClaimAsync(1, 18, default)).Entries;
            await lane.AdvanceAsync([.. claimed.Skip(4).Select(Engine.Start)], default);
            await lane.AdvanceAsync(
                [.. claimed.Skip(10).Select((e, i) => Engine.Done(e) with { Kind = i % 2 == 0 ? StepKind.Defer : StepKind.Done, Delay = TimeSpan.FromHours(1) })], default);

            // A tenant without room: its flow stands in 'limited'.
            await Engine.Control.LimitAsync(QueueScope.Tenant("delta"), new TemporaryLimits { Concurrency = 1 }, default);
            await AddAsync("delta", "d1", "example.com", null);
            await AddAsync("delta", "d2", "example.com", null);
            for (var call = 2; (await Engine.Redis.CallAsync(d => d.SortedSetLengthAsync(Lane.Prefix + "limited"), default)) == 0; call++)
            {
                await lane.ClaimAsync(call, 1, default);
            }
        }

        private async Task AddAsync(string tenant, string id, string domain, DateTimeOffset? at)
        {
            await Engine.AddAsync(tenant, id, at, $$"""{"recipient":{"email":"{{id}}@{{domain}}"},"tenant":"{{tenant}}","id":"{{id}}"}""");
            Records++;
        }
    }
}
