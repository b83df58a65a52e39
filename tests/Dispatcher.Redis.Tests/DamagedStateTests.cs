using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis.Tests;

/// <summary>States that were written by nobody we know, in each place where a record may stand: they hold nobody else up, and end or are told of.</summary>
public sealed class DamagedStateTests(RedisFixture redis)
{
    private static readonly TimeSpan FourLeases = TimeSpan.FromSeconds(21);

    /// <summary>Of each there is one: <c>=</c> another text; <c>&lt;n</c> its first parts alone; <c>n:</c> another part; <c>+</c> more behind it;
    /// <c>#</c> no text at all.</summary>
    private static readonly string[] Damages =
    [
        "=", "=nonsense", "=\n\n", "=x[%\t\t\t", "=final\t", "=final\t\t0\t\tinternal-error\t\t", "=final\tx\n1\tdelivered\tw1\t\t\t\n",
        "<1", "<2", "<3", "<6", "<7", "<8", "<9", "<10", "<11", "<13", "<14", "<15", "<17",
        "0:odd", "2:many", "2:99999999999999999999", "3:x", "3:-", "3:",
        "5:rev", "5:rev=x;", "5:rev=99999999999;", "5:rev=2;", "5:cr=x;", "5:un=x;uc=x;", "5:un=1@w1;", "5:un=1@w1;uc=1;", "5:rf=x;", "5:rf=0;", "5:q=[;", "5:q=2026-13-[;",
        "6:", "6:/acme", "7:/", "9:x", "10:x", "10:99999999999999999999", "11:", "+nonsense\n", "+nonsense", "#",
    ];

    private static readonly string[] All = ["i0", .. Enumerable.Range(0, Damages.Length).Select(n => $"d{n}"), "i1"];

    [Fact]
    public async Task Claim_DamagedInAQueue_HandsOutTheOthers()
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        await DamageAsync(engine);

        await SendAllAsync(lane);

        await VerifyAsync(engine, Status.Delivered);
    }

    [Fact]
    public async Task Claim_DamagedThatAreLookedUp_HandsOutTheOthers()
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { Frequency = new FrequencyRule(30, false) }, default);
        await DamageAsync(engine);

        await SendAllAsync(lane);

        await VerifyAsync(engine, Status.Delivered);
    }

    [Fact]
    public async Task Claim_DamagedSinceAndAskedAgain_ReturnsTheOthers()
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        await lane.ClaimAsync(1, 100, default);
        await DamageAsync(engine);

        await SendAllAsync(lane);

        await VerifyAsync(engine, Status.Delivered);
    }

    [Theory]
    [InlineData(StepKind.Start)]
    [InlineData(StepKind.Drop)]
    [InlineData(StepKind.Hold)]
    [InlineData(StepKind.Wait)]
    [InlineData(StepKind.Back)]
    public async Task Advance_DamagedWhileClaimed_TakesTheOthersOn(StepKind kind)
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        var claimed = (await lane.ClaimAsync(1, 100, default)).Entries;
        await DamageAsync(engine);

        await lane.AdvanceAsync(
            [.. claimed.Select(c => Engine.Start(c) with { Kind = IsSound(c.Id) ? StepKind.Start : kind, Status = Status.InternalError, Delay = TimeSpan.FromHours(1) })], default);
        await lane.AdvanceAsync([.. claimed.Select(c => Engine.Done(c))], default);

        await VerifyAsync(engine, Status.Delivered);
    }

    [Theory]
    [InlineData(StepKind.Done)]
    [InlineData(StepKind.Defer)]
    [InlineData(StepKind.Interrupt)]
    [InlineData(StepKind.Unsure)]
    [InlineData(StepKind.Unstart)]
    [InlineData(StepKind.Back)]
    public async Task Advance_DamagedOnTheWire_TakesTheOthersOn(StepKind kind)
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        var claimed = (await lane.ClaimAsync(1, 100, default)).Entries;
        await Engine.StartAsync(lane, claimed);
        await DamageAsync(engine);

        await lane.AdvanceAsync([.. claimed.Select(c => IsSound(c.Id) ? Engine.Done(c) : Engine.Done(c) with { Kind = kind, Delay = TimeSpan.FromHours(1) })], default);

        await VerifyAsync(engine, Status.Delivered);
    }

    /// <summary>A rule in force is asked at each start, and when something comes back.</summary>
    [Fact]
    public async Task Advance_DamagedWhileARuleIsInForce_TakesTheOthersOn()
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        var claimed = (await lane.ClaimAsync(1, 100, default)).Entries;
        await DamageAsync(engine);
        await engine.Redis.RunAsync(Script.Sweep, engine.Lanes.All[0].Lane, ["r1", 10, """{"action":"cancel","by":"staff","tag":"autumn","from":1}"""], default);

        await Engine.StartAsync(lane, claimed);
        await lane.AdvanceAsync([.. claimed.Select(c => IsSound(c.Id) ? Engine.Done(c) : Engine.Done(c) with { Kind = StepKind.Defer, Delay = TimeSpan.FromHours(1) })], default);
        await engine.Redis.RunAsync(Script.Sweep, engine.Lanes.All[0].Lane, ["r1", 1000], default);

        await VerifyAsync(engine, Status.Delivered);
    }

    [Fact]
    public async Task Beat_DamagedAtADeadWorker_GivesTheOthersBack()
    {
        foreach (var sending in new[] { false, true })
        {
            await using var engine = await StartAsync();
            using var lane = engine.Lane("w1");
            using var alive = engine.Lane("alive");
            await lane.BeatAsync(default);
            var claimed = (await lane.ClaimAsync(1, 100, default)).Entries;
            await Engine.StartAsync(lane, sending ? claimed : []);
            await DamageAsync(engine);
            await alive.BeatAsync(default);
            await engine.SilenceAsync("w1", FourLeases);

            await alive.BeatAsync(default);

            Assert.Empty(await lane.HeldAsync(default));
            Assert.All(["i0", "i1"], id => Assert.Equal(sending ? State.Deferred : State.Queued, engine.RecordAsync("acme", id).Result.State));
            await VerifyAsync(engine, null);
        }
    }

    [Fact]
    public async Task Promote_DamagedInLater_PromotesTheOthers()
    {
        await using var engine = await StartAsync(TimeProvider.System.GetUtcNow().AddHours(1));
        using var lane = engine.Lane("w1");
        await DamageAsync(engine);
        await engine.PassAsync(TimeSpan.FromHours(2)); // as if Redis' clock had been set back: moments are worked out

        await lane.PromoteAsync(default);

        Assert.Equal(0, await engine.Redis.CallAsync(d => d.SortedSetLengthAsync(engine.Lanes.All[0].Prefix + "later"), default));
        await SendAllAsync(lane);
        await VerifyAsync(engine, Status.Delivered);
    }

    public static TheoryData<InvitationFilter> Filters =>
    [
        new InvitationFilter(),
        new InvitationFilter { Tenant = "acme" },
        new InvitationFilter { TemplateId = "default", RecipientDomain = "example.com" },
        new InvitationFilter { Tag = "spring", CreatedFrom = DateTimeOffset.UnixEpoch },
    ];

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task CancelByFilter_DamagedAmongOthers_CancelsThem(InvitationFilter filter)
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        await DamageAsync(engine);

        await engine.Invitations.CancelAsync(filter, "staff", null, default);

        await SendAllAsync(lane);
        await VerifyAsync(engine, Status.Cancelled);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task EditByFilter_DamagedAmongOthers_EditsThem(InvitationFilter filter)
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        await DamageAsync(engine);

        await engine.Invitations.EditNameAsync(filter, "Ada", "staff", null, default);

        Assert.Equal("Ada", (await engine.RecordAsync("acme", "i0")).Invitation.RecipientName);
        await SendAllAsync(lane);
        await VerifyAsync(engine, Status.Delivered);
    }

    [Fact]
    public async Task Cancel_DamagedAmongOthers_CancelsThem()
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        await DamageAsync(engine);
        foreach (var id in All)
        {
            await engine.Invitations.EditNameAsync("acme", id, "Ada", default);
        }

        await engine.Get<IFeedbackStore>().RecordAsync([.. All.Select(id => new FeedbackEvent { Kind = FeedbackKind.Complaint, Tenant = "acme", Id = id })], "test", default);
        await engine.Invitations.CancelAsync("acme", All, "staff", default);

        await SendAllAsync(lane);
        await VerifyAsync(engine, Status.Cancelled);
    }

    [Fact]
    public async Task Release_DamagedAmongWhatWasSetAside_ReleasesTheOthers()
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        var claimed = (await lane.ClaimAsync(1, 100, default)).Entries;
        await lane.AdvanceAsync([.. claimed.Select(c => Engine.Start(c) with { Kind = StepKind.Drop, Status = Status.InternalError })], default);
        await DamageAsync(engine);

        await engine.Invitations.ReleaseAsync("acme", All, "staff", default);

        await SendAllAsync(lane);
        await VerifyAsync(engine, Status.Delivered);
    }

    [Fact]
    public async Task Forget_DamagedAmongWhatEnded_TakesTheOthersAway()
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        await SendAllAsync(lane);
        await DamageAsync(engine);
        await engine.PassAsync(engine.Options.FinalRetention + TimeSpan.FromDays(1));

        Assert.Null(await new RecordKeeper(engine.Redis, Options.Create(engine.Options), TimeProvider.System).ForgetAsync(engine.Lanes.All[0], default));

        Assert.Empty(await engine.Invitations.FindAsync("acme", "i0", default));
        await VerifyAsync(engine, null);
    }

    [Theory]
    [InlineData("queue")]
    [InlineData("later")]
    [InlineData("claimed")]
    [InlineData("sending")]
    public async Task Repair_DamagedInAPlace_CountsTheOthers(string place)
    {
        await using var engine = await StartAsync(place == "later" ? TimeProvider.System.GetUtcNow().AddHours(1) : null);
        using var lane = engine.Lane("w1");
        await lane.BeatAsync(default);
        var claimed = place is "queue" or "later" ? [] : (await lane.ClaimAsync(1, 100, default)).Entries;
        await Engine.StartAsync(lane, place == "sending" ? claimed : []);
        await DamageAsync(engine);

        Assert.DoesNotContain((await engine.Get<IQueueDoctor>().ExamineAsync(null, default)).Findings, f => f.Code == "not-compared");

        await VerifyAsync(engine, null);
    }

    [Fact]
    public async Task Repair_DamagedHasThePlaceOfALimitedTenant_LetsItsQueueGoOn()
    {
        await using var engine = await StartAsync();
        using var lane = engine.Lane("w1");
        await engine.Control.LimitAsync(QueueScope.Tenant("acme"), new TemporaryLimits { Concurrency = 1 }, default);
        var first = Assert.Single((await lane.ClaimAsync(1, 100, default)).Entries);
        await engine.Redis.CallAsync(d => d.StringSetAsync(engine.Lanes.All[0].State(first.Key), "nonsense"), default);
        Assert.Empty((await lane.ClaimAsync(2, 100, default)).Entries);

        var report = await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default);

        Assert.Equal((1, 1), (report.Strays, report.Unreadable));
        Assert.Equal([(string)engine.Lanes.All[0].State(first.Key)!], report.UnreadableKeys);
        Assert.Single((await lane.ClaimAsync(3, 100, default)).Entries);
    }

    /// <summary>Then those in hand are counted by what workers hold, the rest by what a walk has met.</summary>
    [Fact]
    public async Task Repair_DamagedAmongMoreThanAreCountedAtOnce_CountsTheOthers()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var keys = engine.Lanes.All[0];
        await engine.AddManyAsync("acme", 1200);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        await Engine.StartAsync(lane, claimed.Skip(5));
        string[] damaged = [claimed[0].Key, claimed[9].Key, RecordKey.Of("acme", "i1000"), RecordKey.Of("acme", "i1001")];
        await engine.Redis.CallAsync(d => d.StringSetAsync([.. damaged.Select(key => KeyValuePair.Create(keys.State(key), (StackExchange.Redis.RedisValue)"nonsense"))]), default);

        var report = await engine.Get<RedisReconciler>().RepairAsync(keys, null, default);

        Assert.Equal((2, 4, 4), (report.Strays, report.Unreadable, report.UnreadableKeys.Count));
        var backlog = (await engine.Status.ReadAsync(false, default)).Backlog;
        Assert.Equal((1188, 4, 4), (backlog[State.Queued], backlog[State.Claimed], backlog[State.Sending]));
        Assert.Equal(
            (1192, 4, 4), (await engine.NumberAsync("t:acme", "queued"), await engine.NumberAsync("t:acme", "claimed"), await engine.NumberAsync("t:acme", "sending")));
    }

    private async Task<Engine> StartAsync(DateTimeOffset? sendAt = null)
    {
        var engine = await Engine.StartAsync(redis.Server);
        var traits = new InvitationTraits(InvitationType.Service, "default", "example.com", ["spring"]);
        await engine.Invitations.AddAsync([.. All.Select(id => Engine.Invitation("acme", id, traits: traits, sendAt: sendAt) with { ReferenceHash = $"reference-{id}" })], "test", default);
        return engine;
    }

    private static bool IsSound(string id) => id[0] == 'i';

    private static async Task DamageAsync(Engine engine)
    {
        for (var n = 0; n < Damages.Length; n++)
        {
            var key = engine.Lanes.All[0].State(RecordKey.Of("acme", $"d{n}"));
            var stored = (string)(await engine.Redis.CallAsync(d => d.StringGetAsync(key), default))!;
            if (Damages[n] == "#")
            {
                await engine.Redis.CallAsync(d => d.KeyDeleteAsync(key), default);
                await engine.Redis.CallAsync(d => d.HashSetAsync(key, "state", stored), default);
                continue;
            }

            await engine.Redis.CallAsync(d => d.StringSetAsync(key, Damage(stored, Damages[n])), default);
        }
    }

    private static string Damage(string stored, string how)
    {
        var parts = stored.Split('\t');
        switch (how[0])
        {
            case '=':
                return how[1..];
            case '<':
                return string.Join('\t', stored[..stored.IndexOf('\n', StringComparison.Ordinal)].Split('\t').Take(int.Parse(how[1..], null)));
            case '+':
                return stored + how[1..];
            default:
                var colon = how.IndexOf(':', StringComparison.Ordinal);
                parts[int.Parse(how[..colon], null)] = how[(colon + 1)..];
                return string.Join('\t', parts);
        }
    }

    /// <summary>As a worker does: what has no body is set aside, and decided again where more is known than it went by.</summary>
    private static async Task SendAllAsync(RedisLane lane)
    {
        // The first call may be one that was made before.
        for (var call = 1L; call <= 3; call++)
        {
            var claimed = (await lane.ClaimAsync(call, 100, default)).Entries;
            foreach (var broken in claimed.Where(c => c.Body.Length == 0))
            {
                var drop = Engine.Start(broken) with { Kind = StepKind.Drop, Status = Status.InternalError };
                var answer = await Engine.StepAsync(lane, drop);
                await lane.AdvanceAsync(answer.Facts is { } facts ? [drop with { Revision = facts.Revision }] : [], default);
            }

            var sound = claimed.Where(c => c.Body.Length > 0).ToArray();
            await Engine.StartAsync(lane, sound);
            await lane.AdvanceAsync([.. sound.Select(c => Engine.Done(c))], default);
        }
    }

    /// <summary>The others became that. Each of the damaged ones has ended, is counted as under way, or is told of; and without those all is in order.</summary>
    private static async Task VerifyAsync(Engine engine, Status? others)
    {
        if (others is { } status)
        {
            Assert.Equal([status, status], [(await engine.RecordAsync("acme", "i0")).Status, (await engine.RecordAsync("acme", "i1")).Status]);
        }

        var keys = engine.Lanes.All[0];
        var reconciler = engine.Get<RedisReconciler>();
        await reconciler.RepairAsync(keys, null, default);
        var left = await reconciler.LookAsync(keys, null, default);
        Assert.Equal(0, left.Faults);
        Assert.Equal(left.Unreadable > 0, (await engine.Get<IQueueDoctor>().ExamineAsync(null, default)).Findings.Any(f => f.Code == "unreadable"));

        var all = Array.ConvertAll(All, id => RecordKey.Of("acme", id));
        var states = await engine.Redis.CallAsync(d => d.StringGetAsync(Array.ConvertAll(all, keys.State)), default);
        var there = await engine.Redis.CallAsync(d => Task.WhenAll(all.Select(key => d.KeyExistsAsync(keys.State(key)))), default);
        var unfinished = all.Where((_, n) => there[n] && ((string?)states[n])?.StartsWith("final\t", StringComparison.Ordinal) != true).ToArray();
        Assert.Equal(unfinished.Length, left.Unreadable + (await engine.Status.ReadAsync(false, default)).Unfinished);

        await engine.Redis.CallAsync(d => d.KeyDeleteAsync([.. unfinished.Select(keys.State), .. unfinished.Select(keys.Record)]), default);
        await reconciler.RepairAsync(keys, null, default);
        left = await reconciler.LookAsync(keys, null, default);
        Assert.Equal((0, 0), (left.Faults, left.Unreadable));
    }
}
