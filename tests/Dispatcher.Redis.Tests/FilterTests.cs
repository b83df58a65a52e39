using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

/// <summary>Cancels and edits by filter: what they match, when they are in force, and how they count.</summary>
public sealed class FilterTests(RedisFixture redis)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string[]> Filters => new()
    {
        { "tenant", ["a", "b", "c", "d"] },
        { "all", ["a", "b", "c", "d", "e", "f"] },
        { "type", ["b"] },
        { "template", ["c", "e"] },
        { "tag", ["a", "c"] },
        { "tag that is part of another", [] },
        { "tag that is the end of another", [] },
        { "template named as a tenant", [] },
        { "domain", ["d", "e"] },
        { "domain in another form", ["d", "e"] },
        { "domain above", [] },
        { "from", ["b", "c", "f"] },
        { "before", ["a", "d", "e"] },
        { "from and before", ["b"] },
        { "tenant and template", ["c"] },
        { "type and tag", [] },
        { "template with the signs of a pattern", ["f"] },
        { "template that is a pattern for others", [] },
        { "first tag of several with signs", ["f"] },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Cancel_Filter_MatchesWhatItSays(string name, string[] expected)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.Invitations.AddAsync(
        [
            New("acme", "a", tags: ["spring", "vip"], createdAt: Noon.AddMilliseconds(-1)),
            New("acme", "b", type: InvitationType.Product, createdAt: Noon),
            New("acme", "c", template: "Other Template", tags: ["spring"], createdAt: Noon.AddHours(1)),
            New("acme", "d", domain: "Sub.Example.ORG".ToLowerInvariant(), createdAt: Noon.AddDays(-1)),
            New("beta", "e", template: "Other Template", domain: "sub.example.org", createdAt: Noon.AddDays(-1)),
            New("gamma", "f", template: "50%-[off].*(v1)^$é", tags: ["%a+", "späť"], createdAt: Noon.AddDays(2)),
        ], "test", default);
        var filter = name switch
        {
            "tenant" => new InvitationFilter { Tenant = "acme" },
            "all" => new InvitationFilter(),
            "type" => new InvitationFilter { Type = InvitationType.Product },
            "template" => new InvitationFilter { TemplateId = "Other Template" },
            "tag" => new InvitationFilter { Tag = "spring" },
            "tag that is part of another" => new InvitationFilter { Tag = "spr" },
            "tag that is the end of another" => new InvitationFilter { Tag = "pring" },
            "template named as a tenant" => new InvitationFilter { TemplateId = "acme" },
            "domain" => new InvitationFilter { RecipientDomain = "SUB.example.org" },
            "domain in another form" => new InvitationFilter { RecipientDomain = "ｓｕｂ.example\u3002org" },
            "domain above" => new InvitationFilter { RecipientDomain = "example.org" },
            "from" => new InvitationFilter { CreatedFrom = Noon },
            "before" => new InvitationFilter { CreatedBefore = Noon },
            "from and before" => new InvitationFilter { CreatedFrom = Noon, CreatedBefore = Noon.AddHours(1) },
            "template with the signs of a pattern" => new InvitationFilter { TemplateId = "50%-[off].*(v1)^$é" },
            "template that is a pattern for others" => new InvitationFilter { TemplateId = ".*" },
            "first tag of several with signs" => new InvitationFilter { Tag = "%a+" },
            "tenant and template" => new InvitationFilter { Tenant = "acme", TemplateId = "Other Template" },
            _ => new InvitationFilter { Type = InvitationType.Product, Tag = "vip" },
        };

        var count = await engine.Invitations.CancelAsync(filter, "staff", null, default);

        Assert.Equal(new CancelCount(expected.Length, expected.Length, 0), count);
        var cancelled = await engine.Invitations.ListAsync(new RecordFilter { Status = Status.Cancelled }, default);
        Assert.Equal(expected, cancelled.Select(r => r.Invitation.Id).Order(StringComparer.Ordinal));
        await engine.AssertInOrderAsync();
    }

    /// <summary>What producers write where they know no moment: .NET's first one, for example.</summary>
    [Fact]
    public async Task Cancel_CreatedBefore1970_IsJudgedAsAnyOther()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Invitations.AddAsync([New("acme", "old", tags: ["spring"], createdAt: default(DateTimeOffset)), New("acme", "stays", tags: ["vip"], createdAt: DateTimeOffset.MinValue)], "test", default);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        await BeginAsync(engine, "r1", """{"action":"cancel","by":"staff","tag":"spring"}""");

        var answers = await Engine.StartAsync(lane, claimed);
        await FinishAsync(engine, "r1");

        Assert.Equal(["old", "stays"], claimed.Select(c => c.Id));
        Assert.Equal([StepAnswerKind.Gone, StepAnswerKind.Ok], answers.Select(a => a.Kind));
        Assert.Equal(new CancelCount(1, 0, 1), await engine.Invitations.CancelAsync(new InvitationFilter { CreatedBefore = Noon, Tag = "vip" }, "staff", null, default));
        Assert.Equal(new CancelCount(0, 0, 0), await engine.Invitations.CancelAsync(new InvitationFilter { CreatedFrom = Noon }, "staff", null, default));
    }

    /// <summary>Tenants with limits are most of them. Their limits have nothing to do with what never left its queue.</summary>
    [Fact]
    public async Task Cancel_TenantsWithLimits_CountsAndLeavesTheirsAlone()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Concurrency = 1 }, default);
        await engine.Tenants.ApplyAsync(TenantSettings.Default("beta") with { Frequency = new FrequencyRule(30, false) }, default);
        await engine.AddManyAsync("acme", 5);
        await engine.AddManyAsync("beta", 5);
        await Engine.StartAsync(lane, (await lane.ClaimAsync(1, 1, default)).Entries);

        var count = await engine.Invitations.CancelAsync(new InvitationFilter { TemplateId = "default" }, "staff", null, default);

        Assert.Equal(new CancelCount(10, 9, 1), count);
        Assert.Empty((await engine.Redis.CallAsync(d => d.ExecuteAsync("KEYS", "{d:00}:freq:*"), default)).Texts());
        await engine.AssertInOrderAsync();
    }

    /// <summary>It was remembered for so long, and may be another's by now.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_ReferenceThatWentToAnother_IsLeftToIt(bool left)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await AddAsync("spring", "a");
        if (left)
        {
            var references = await ReferencesAsync();
            await engine.Redis.CallAsync(d => d.KeyDeleteAsync((RedisKey)Assert.Single(references)), default);
            await AddAsync("autumn", "b");
        }

        Assert.Equal(1, (await engine.Invitations.CancelAsync(new InvitationFilter { TemplateId = "spring" }, "staff", null, default)).Cancelled);

        Assert.Equal(left ? 1 : 0, (await ReferencesAsync()).Length);

        Task<AddResult> AddAsync(string template, string id) =>
            engine.AddAsync("acme", id, body: $$"""{"tenant":"acme","id":"{{id}}","recipient":{"email":"{{id}}@example.com"},"templateId":"{{template}}","referenceNumber":"4711"}""");

        async Task<string[]> ReferencesAsync() => (await engine.Redis.CallAsync(d => d.ExecuteAsync("KEYS", "{d:00}:r:*"), default)).Texts();
    }

    /// <summary>A million that have ended are not to take tens of megabytes, because somebody cancels all of a tenant.</summary>
    [Fact]
    public async Task Cancel_ManyThatHaveEnded_RemembersLittle()
    {
        const int Many = 3000;
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", Many);
        await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default);
        await engine.AddManyAsync("acme", 1, prefix: "new");

        await engine.Invitations.EditNameAsync(new InvitationFilter { Tenant = "acme" }, "Eva", "staff", null, default);

        var seen = (await engine.Redis.CallAsync(d => d.ExecuteAsync("KEYS", "{d:00}:seen:*"), default)).Texts();
        Assert.InRange(await engine.Redis.CallAsync(d => d.StringLengthAsync(Assert.Single(seen)), default), 1, (Many / 8) + 2);
        Assert.NotNull(await engine.Redis.CallAsync(d => d.KeyTimeToLiveAsync(seen[0]), default));
    }

    [Fact]
    public async Task Cancel_OverAllStates_CountsExactly()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await MixedAsync(engine, lane);

        var first = await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default);
        var second = await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default);

        // Queued 3, scheduled 2, deferred 1, claimed 2; sending 2, delivered 1; cancelled before: 1.
        Assert.Equal(new CancelCount(11, 8, 3), first);
        Assert.Equal(new CancelCount(3, 0, 3), second);
        Assert.Equal(9, await engine.NumberAsync("t:acme", "cancelled"));
        Assert.Equal(2, (await lane.HeldAsync(default)).Count);
        Assert.Equal(1, (await engine.Status.ReadAsync(false, default)).Backlog[State.Queued]); // of another tenant
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Edit_OverAllStates_CountsExactlyAndReachesTheMessage()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var claimed = await MixedAsync(engine, lane);

        var count = await engine.Invitations.EditNameAsync(new InvitationFilter { Tenant = "acme" }, "Eva", "staff", null, default);

        Assert.Equal(new EditCount(11, 8, 3), count);
        var answer = await Engine.StepAsync(lane, Engine.Start(claimed[2]));
        Assert.Equal((StepAnswerKind.Changed, "Eva"), (answer.Kind, answer.Facts!.EditedName));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Cancel_BeforeItIsCounted_StopsStartsOfWhatWasAccepted()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 3);
        await engine.AddManyAsync("beta", 1);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        using var held = new Held();
        var running = Task.Run(() => engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", held, default).AsTask());
        await held.Begun.WaitAsync(Patience);

        await engine.AddManyAsync("acme", 2, prefix: "new");
        var answers = await Engine.StartAsync(lane, claimed);

        Assert.Equal(3, answers.Count(a => a.Kind == StepAnswerKind.Gone));
        Assert.Equal(StepAnswerKind.Ok, answers[claimed.ToList().FindIndex(c => c.Tenant == "beta")].Kind);
        Assert.Equal(3, await engine.NumberAsync("t:acme", "cancelled"));
        var later = (await lane.ClaimAsync(2, 10, default)).Entries;
        Assert.Equal(["new0", "new1"], later.Select(c => c.Id));
        Assert.All(await Engine.StartAsync(lane, later), a => Assert.Equal(StepAnswerKind.Ok, a.Kind));
        held.Release();
        Assert.Equal(new CancelCount(3, 3, 0), await running.WaitAsync(Patience));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Cancel_BeforeItIsCounted_GoesBeforeWhatACheckFound()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 1);
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await BeginAsync(engine, "r1", """{"action":"cancel","by":"staff","tenant":"acme"}""");

        var answer = await Engine.StepAsync(lane, Dropped(claimed));

        Assert.Equal(StepAnswerKind.Gone, answer.Kind);
        Assert.Equal(Status.Cancelled, (await engine.RecordAsync("acme", "i0")).Status);
        await FinishAsync(engine, "r1");
        Assert.Equal((1, 0), await ProgressAsync(engine, "r1"));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Edit_BeforeItIsCounted_IsDecidedAgainInsteadOfDropped()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 1);
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await BeginAsync(engine, "r1", """{"action":"edit","by":"staff","name":"Eva"}""");

        var first = await Engine.StepAsync(lane, Dropped(claimed));
        var second = await Engine.StepAsync(lane, Dropped(claimed) with { Revision = first.Facts!.Revision });

        Assert.Equal((StepAnswerKind.Changed, "Eva"), (first.Kind, first.Facts.EditedName));
        Assert.Equal(StepAnswerKind.Ok, second.Kind);
        await FinishAsync(engine, "r1");
        Assert.Equal((1, 0), await ProgressAsync(engine, "r1"));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Cancel_TooLateWhenLookedAtAndBackFromTheWire_CountsOnce()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 1);
        var claimed = await Engine.StartOneAsync(lane);
        await engine.AddManyAsync("other", 20);
        await BeginAsync(engine, "r1", """{"action":"cancel","by":"staff","tenant":"acme"}""");

        // The walk meets it on the wire, and goes on; the attempt is interrupted.
        while ((await ProgressAsync(engine, "r1")).Late == 0)
        {
            Assert.Equal("going", await StepAsync(engine, "r1", 1));
        }

        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Interrupt });

        Assert.DoesNotContain((await lane.ClaimAsync(2, 5000, default)).Entries, c => c.Tenant == "acme");
        Assert.Equal((1, 0), await ProgressAsync(engine, "r1"));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Edit_TwoRulesForTheSame_BothAreMetOnceAndItStarts()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 1);
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await BeginAsync(engine, "r1", """{"action":"edit","by":"staff","name":"Eva"}""");
        await BeginAsync(engine, "r2", """{"action":"edit","by":"staff","name":"Ida"}""");

        var revision = 0;
        var answers = 0;
        for (var kind = StepAnswerKind.Changed; kind == StepAnswerKind.Changed; answers++)
        {
            Assert.InRange(answers, 0, 5);
            var answer = await Engine.StepAsync(lane, Engine.Start(claimed) with { Revision = revision });
            (kind, revision) = (answer.Kind, answer.Facts?.Revision ?? revision);
        }

        Assert.Equal(2, revision);
        Assert.Equal(State.Sending, (await engine.RecordAsync("acme", "i0")).State);
    }

    [Fact]
    public async Task Step_AfterTheCallerDied_FinishesWithExactCounts()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await MixedAsync(engine, lane);
        using var died = new CancellationTokenSource();
        var progress = new Died(died);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", progress, died.Token));
        var id = (string)(await engine.Redis.CallAsync(d => d.HashKeysAsync(engine.Lanes.All[0].Prefix + "rules"), default))[0]!;

        var sweep = engine.Get<FilterSweep>();
        for (var steps = 0; await sweep.StepAsync(engine.Lanes.All[0], default); steps++)
        {
            Assert.InRange(steps, 0, 100);
        }

        Assert.Equal((8, 3), await ProgressAsync(engine, id));
        Assert.Equal(0, await engine.NumberAsync("lane", "rules"));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Begin_SameIdTwice_IsOneRule()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 2);
        const string Rule = """{"action":"cancel","by":"staff","tenant":"acme"}""";
        await BeginAsync(engine, "r1", Rule);
        await engine.AddManyAsync("acme", 2, prefix: "new");

        await BeginAsync(engine, "r1", Rule);
        await FinishAsync(engine, "r1");

        Assert.Equal((2, 0), await ProgressAsync(engine, "r1"));
        // Begun once more after its end: it has ended.
        Assert.Equal("done", await BeginAsync(engine, "r1", Rule));
        Assert.Equal(2, (await engine.Status.ReadAsync(false, default)).Backlog[State.Queued]);
        Assert.Equal("none", await StepAsync(engine, "unknown", 10));
    }

    /// <summary>A rule that a hand in Redis damaged: starts and the other rules don't wait for it, and it goes.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"action":"cancel","by":"staff","seq":"x"}""")]
    [InlineData("""{"action":"cancel","by":"staff","seq":99,"tenant":{}}""")]
    [InlineData("""{"action":"cancel","seq":99}""")]
    [InlineData("""{"action":"edit","by":"staff","seq":99}""")]
    [InlineData("""{"action":"cancel","by":"staff","seq":99,"from":"x"}""")]
    public async Task Rule_ThatCantBeRead_StopsNobodyAndGoes(string damaged)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 2);
        await engine.AddManyAsync("beta", 2);
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;
        await BeginAsync(engine, "r1", """{"action":"cancel","by":"staff","tenant":"beta"}""");
        await BeginAsync(engine, "r0", """{"action":"cancel","by":"staff","tenant":"none"}""");
        await engine.Redis.CallAsync(d => d.HashSetAsync(engine.Lanes.All[0].Prefix + "rules", "r0", damaged), default);

        Assert.Equal([StepAnswerKind.Ok, StepAnswerKind.Gone], (await Engine.StartAsync(lane, claimed)).Select(a => a.Kind).Order());
        await FinishAsync(engine, "r1");
        var told = await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Get<FilterSweep>().StepAsync(engine.Lanes.All[0], default));
        Assert.Contains("r0 can't be read", told.Message, StringComparison.Ordinal);
        Assert.False(await engine.Get<FilterSweep>().StepAsync(engine.Lanes.All[0], default));

        Assert.Equal((2, 0), await ProgressAsync(engine, "r1"));
        Assert.Equal(0, await engine.NumberAsync("lane", "rules"));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Begin_CancelAndEditAtOnce_TheCancelDecides()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 3);
        await engine.AddManyAsync("beta", 2);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        await BeginAsync(engine, "edit", """{"action":"edit","by":"staff","name":"Eva"}""");
        await BeginAsync(engine, "cancel", """{"action":"cancel","by":"staff","tenant":"acme"}""");

        var answers = await Engine.StartAsync(lane, claimed);

        Assert.Equal(3, answers.Count(a => a.Kind == StepAnswerKind.Gone));
        Assert.Equal(2, answers.Count(a => a.Kind == StepAnswerKind.Changed && a.Facts!.EditedName == "Eva"));
        await FinishAsync(engine, "edit");
        await FinishAsync(engine, "cancel");
        Assert.Equal((3, 0), await ProgressAsync(engine, "cancel"));
        Assert.Equal((2, 0), await ProgressAsync(engine, "edit"));
        await engine.AssertInOrderAsync();
    }

    /// <summary>Steps of any size, over the ends of the blocks in which keys stand in order.</summary>
    [Theory]
    [InlineData(1, 300)]
    [InlineData(7, 600)]
    [InlineData(256, 256)]
    [InlineData(256, 1025)]
    [InlineData(1000, 700)]
    public async Task Step_OfAnySize_LooksAtEachOnceAndAtNoneThatCameLater(int size, int many)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        for (var added = 0; added < many; added += 61)
        {
            await engine.AddManyAsync("acme", Math.Min(61, many - added), prefix: $"part{added}-");
        }

        await Engine.StartAsync(lane, (await lane.ClaimAsync(1, 100, default)).Entries);
        await BeginAsync(engine, "r1", """{"action":"cancel","by":"staff"}""");
        await engine.AddManyAsync("acme", 30, prefix: "later");

        await FinishAsync(engine, "r1", size);

        Assert.Equal((many - 100, 100), await ProgressAsync(engine, "r1"));
        Assert.Equal(many, await engine.NumberAsync("rule:r1", "looked"));
        Assert.Equal(30, (await engine.Status.ReadAsync(false, default)).Backlog[State.Queued]);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Step_NothingWasEverAccepted_IsDoneAtOnce()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        Assert.Equal(new CancelCount(0, 0, 0), await engine.Invitations.CancelAsync(new InvitationFilter(), "staff", null, default));
    }

    /// <summary>More blocks than one step passes over have been forgotten between two that are there.</summary>
    [Fact]
    public async Task Step_ManyForgottenBetween_GoesOnBehindThem()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 2);
        var lane = engine.Lanes.All[0];
        await engine.Redis.CallAsync(d => d.HashSetAsync(lane.Lane, "seq", 256 * 1000), default);
        await engine.AddManyAsync("acme", 3, prefix: "new");

        Assert.Equal(new CancelCount(5, 5, 0), await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default));
    }

    [Fact]
    public async Task Cancel_FiftyThousand_LeavesRoomForOthers()
    {
        const int Many = 50_000;
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", Many);
        await engine.AddManyAsync("other", 5_000);

        var running = engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default).AsTask();
        var (call, calls, served) = (0L, 0, 0);
        while (!running.IsCompleted && served < 5_000)
        {
            var claimed = (await lane.ClaimAsync(++call, 10, default)).Entries;
            var answers = await Engine.StartAsync(lane, claimed);
            served += claimed.Where((c, i) => c.Tenant == "other" && answers[i].Kind == StepAnswerKind.Ok).Count();
            calls++;
        }

        Assert.Equal(Many, (await running.WaitAsync(Patience)).Cancelled);
        // Each step is a call among others: some 230, and in the time of six of them at least one round of a worker's three calls, on however busy
        // a machine; of its ten every other one is the other tenant's.
        Assert.InRange(calls, 40, int.MaxValue);
        Assert.InRange(served, 200, 5_000);
        await engine.AssertInOrderAsync();
    }

    private static Step Dropped(ClaimedInvitation claimed) =>
        Engine.Start(claimed) with { Kind = StepKind.Drop, Status = Status.NoTemplate };

    private static NewInvitation New(
        string tenant, string id, InvitationType type = InvitationType.Service, string template = "default", string domain = "example.com", string[]? tags = null, DateTimeOffset? createdAt = null) =>
        Engine.Invitation(tenant, id, domain, new InvitationTraits(type, template, domain, tags ?? []), createdAt: createdAt);

    /// <summary>Of acme: 3 queued, 2 scheduled, 1 deferred, 2 claimed, 2 sending, 1 delivered, 1 cancelled; and 1 queued of beta.</summary>
    /// <returns>What was claimed: sending, sending, claimed, claimed.</returns>
    private static async Task<IReadOnlyList<ClaimedInvitation>> MixedAsync(Engine engine, RedisLane lane)
    {
        await engine.AddManyAsync("acme", 6);
        var claimed = (await lane.ClaimAsync(1, 6, default)).Entries;
        await Engine.StartAsync(lane, claimed.Take(4));
        await Engine.StepAsync(lane, Engine.Done(claimed[2]) with { Kind = StepKind.Defer, AcceptedBy = null, Delay = TimeSpan.FromHours(1) });
        await Engine.StepAsync(lane, Engine.Done(claimed[3]));
        await engine.AddManyAsync("acme", 4, prefix: "queued");
        await engine.Invitations.CancelAsync("acme", ["queued0"], "staff", default);
        var ahead = TimeProvider.System.GetUtcNow().AddDays(1);
        await engine.Invitations.AddAsync([.. Enumerable.Range(0, 2).Select(i => Engine.Invitation("acme", $"ahead{i}", sendAt: ahead))], "test", default);
        await engine.AddManyAsync("beta", 1);
        return [claimed[0], claimed[1], claimed[4], claimed[5]];
    }

    private static async Task<string> BeginAsync(Engine engine, string id, string rule) => await SweepAsync(engine, [id, 10, rule]);

    private static async Task<string> StepAsync(Engine engine, string id, int records) => await SweepAsync(engine, [id, records]);

    private static async Task FinishAsync(Engine engine, string id, int records = 200)
    {
        for (var step = 0; await StepAsync(engine, id, records) == "going"; step++)
        {
            Assert.InRange(step, 0, 1000);
        }
    }

    private static async Task<string> SweepAsync(Engine engine, RedisValue[] arguments) =>
        (await engine.Redis.RunAsync(Script.Sweep, engine.Lanes.All[0].Lane, arguments, default)).Rows()[0].Text();

    private static async Task<(long Done, long Late)> ProgressAsync(Engine engine, string id)
    {
        var values = await engine.Redis.CallAsync(d => d.HashGetAsync(engine.Lanes.All[0].Prefix + "rule:" + id, ["done", "late"]), default);
        return (values[0].HasValue ? (long)values[0] : 0, values[1].HasValue ? (long)values[1] : 0);
    }

    /// <summary>Holds the caller at its first report: the rule is in force, nothing is counted.</summary>
    private sealed class Held : IProgress<SweepProgress>, IDisposable
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _go = new();

        public Task Begun => _begun.Task;

        public void Report(SweepProgress value)
        {
            _begun.TrySetResult();
            _go.Wait(Patience);
        }

        public void Release() => _go.Set();

        public void Dispose() => _go.Dispose();
    }

    /// <summary>Its caller dies when the rule is in force.</summary>
    private sealed class Died(CancellationTokenSource source) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => source.Cancel();
    }
}
