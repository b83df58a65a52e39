using Dispatcher.Core.Checks;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Redis.Tests;

/// <summary>References, frequency and kickstart: what is reserved, what comes with the claim, what is tested again at the start.</summary>
public sealed class FactsTests(RedisFixture redis)
{
    private static readonly TenantSettings Monthly = TenantSettings.Default("acme") with { Frequency = new FrequencyRule(30, false) };

    [Fact]
    public async Task Reference_AcceptedTwice_TheFirstAcceptedWinsWhicheverStartsFirst()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddAsync(engine, "first", "eva@example.com", "4711", sendAt: TimeProvider.System.GetUtcNow().AddDays(2));
        await AddAsync(engine, "second", "bo@example.com", "4711");
        await AddAsync(engine, "third", "eva@example.com", "4711");
        await AddAsync(engine, "other-type", "bo@example.com", "4711", more: ",\"type\":\"product\"");
        await AddAsync(engine, "reminder", "eva@example.com", "4711", more: ",\"type\":\"reminder\",\"reminderOf\":\"first\"");

        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries.ToDictionary(c => c.Id);

        Assert.Equal(ReferenceUse.OtherRecipient, claimed["second"].Facts.Marks.Reference);
        Assert.Equal(ReferenceUse.SameRecipient, claimed["third"].Facts.Marks.Reference);
        Assert.Equal(ReferenceUse.Free, claimed["other-type"].Facts.Marks.Reference);
        Assert.Equal(ReferenceUse.Free, claimed["reminder"].Facts.Marks.Reference);
        Assert.Equal(ReferenceUse.OtherRecipient, (await Engine.StepAsync(lane, Engine.Start(claimed["second"]))).Facts!.Marks.Reference);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed["other-type"]))).Kind);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Reference_FirstEndsUnsent_IsTheNextOnes()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddAsync(engine, "first", "eva@example.com", "4711");
        await AddAsync(engine, "second", "bo@example.com", "4711");
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        await engine.Invitations.CancelAsync("acme", ["first"], "staff", default);

        var answer = await Engine.StepAsync(lane, Engine.Start(claimed[1]));

        Assert.Equal(StepAnswerKind.Ok, answer.Kind);
        await AddAsync(engine, "third", "cy@example.com", "4711");
        Assert.Equal(ReferenceUse.OtherRecipient, Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries).Facts.Marks.Reference);
    }

    [Fact]
    public async Task Reference_CancelledByFilter_IsFreeUnlessItIsAnothers()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddAsync(engine, "first", "eva@example.com", "4711");
        await AddAsync(engine, "without", "eva@example.com");
        await AddAsync(engine, "other", "bo@example.com", "4712", more: ",\"templateId\":\"other\"");
        await AddAsync(engine, "again", "bo@example.com", "4712");

        Assert.Equal(new CancelCount(3, 3, 0), await engine.Invitations.CancelAsync(new InvitationFilter { TemplateId = "default" }, "staff", null, default));

        await AddAsync(engine, "freed", "cy@example.com", "4711");
        await AddAsync(engine, "taken", "cy@example.com", "4712");
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries.ToDictionary(c => c.Id);
        Assert.Equal(["freed", "other", "taken"], claimed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(ReferenceUse.Free, claimed["freed"].Facts.Marks.Reference);
        Assert.Equal(ReferenceUse.OtherRecipient, claimed["taken"].Facts.Marks.Reference);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Reference_FirstWasDroppedByACheck_IsFree()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddAsync(engine, "first", "eva@example.com", "4711");
        var first = Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries);
        await Engine.StepAsync(lane, Drop(first, Status.NoTemplate));

        await AddAsync(engine, "second", "eva@example.com", "4711");

        Assert.Equal(ReferenceUse.Free, Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries).Facts.Marks.Reference);
    }

    [Fact]
    public async Task Reference_FirstWasSent_StaysItsOwnThroughARefusal()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddAsync(engine, "first", "eva@example.com", "4711");
        var first = await Engine.StartOneAsync(lane);
        await Engine.StepAsync(lane, Engine.Done(first, Status.Rejected));

        await AddAsync(engine, "second", "bo@example.com", "4711");

        Assert.Equal(ReferenceUse.OtherRecipient, Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries).Facts.Marks.Reference);
        var left = await engine.Redis.CallAsync(d => d.ExecuteAsync("PTTL", (StackExchange.Redis.RedisKey)$"{{d:00}}:r:{Core.Invitations.RecordKey.OfReference("acme", default, "4711")}"), default);
        Assert.InRange((long)left, TimeSpan.FromDays(399).TotalMilliseconds, TimeSpan.FromDays(400).TotalMilliseconds);
    }

    [Theory]
    [InlineData("order-1", "eva@example.com")]
    [InlineData("order-2", "bo@example.com")]
    [InlineData("order-3", "åsa@example.com")]
    public async Task Reference_Any_IsHeldByANumber(string reference, string address)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await AddAsync(engine, "a" + reference, address, reference);

        var key = (StackExchange.Redis.RedisKey)$"{{d:00}}:r:{Core.Invitations.RecordKey.OfReference("acme", default, reference)}";

        Assert.Equal("int", (await engine.Redis.CallAsync(d => d.ExecuteAsync("OBJECT", "ENCODING", key), default)).Text());
        Assert.Equal(18, (await engine.Redis.CallAsync(d => d.ExecuteAsync("GET", key), default)).Text().Length);
    }

    [Fact]
    public async Task Frequency_OneIsScheduled_TheNextToThisRecipientIsTold()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(Monthly, default);
        await AddAsync(engine, "first", "eva@example.com", sendAt: TimeProvider.System.GetUtcNow().AddDays(3));
        await AddAsync(engine, "second", "eva@example.com");
        await AddAsync(engine, "else", "bo@example.com");

        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries.ToDictionary(c => c.Id);

        Assert.NotNull(claimed["second"].Facts.Marks.InvitedAt);
        Assert.Null(claimed["else"].Facts.Marks.InvitedAt);
        Assert.Equal(StepAnswerKind.Changed, (await Engine.StepAsync(lane, StartMonthly(claimed["second"]))).Kind);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, StartMonthly(claimed["else"]))).Kind);

        await engine.Invitations.CancelAsync("acme", ["first"], "staff", default);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, StartMonthly(claimed["second"]))).Kind);
    }

    [Fact]
    public async Task Frequency_TwoStartInOneCall_OneGoes()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddAsync(engine, "first", "eva@example.com");
        await AddAsync(engine, "second", "eva@example.com");
        await engine.Tenants.ApplyAsync(Monthly, default);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;

        var answers = await lane.AdvanceAsync([.. claimed.Select(StartMonthly)], default);

        Assert.Equal([StepAnswerKind.Ok, StepAnswerKind.Changed], answers.Select(a => a.Kind));
        Assert.NotNull(answers[1].Facts!.Marks.InvitedAt);
    }

    [Fact]
    public async Task Frequency_ARetryOfTheSameInvitation_IsNotCapped()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(Monthly, default);
        await AddAsync(engine, "first", "eva@example.com");
        var first = Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries);
        await Engine.StepAsync(lane, StartMonthly(first));
        await Engine.StepAsync(lane, Engine.Done(first) with { Kind = StepKind.Defer, Delay = TimeSpan.Zero });
        await lane.PromoteAsync(default);

        var again = Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries);

        Assert.Null(again.Facts.Marks.InvitedAt);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, StartMonthly(again))).Kind);
    }

    [Fact]
    public async Task Frequency_TheIntervalHasPassed_NothingStandsAgainstIt()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(Monthly, default);
        await AddAsync(engine, "first", "eva@example.com");
        await Engine.StepAsync(lane, StartMonthly(Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries)));
        await engine.PassAsync(TimeSpan.FromDays(31));
        await AddAsync(engine, "second", "eva@example.com");

        var second = Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries);

        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, StartMonthly(second))).Kind);
    }

    /// <summary>One that is scheduled for after the interval is accepted, and perhaps cancelled: what was sent is remembered all the same.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frequency_OneIsScheduledForLater_TheOneThatWasSentStillCounts(bool cancelled)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(Monthly, default);
        await AddAsync(engine, "sent", "eva@example.com");
        await Engine.StepAsync(lane, StartMonthly(Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries)));
        await AddAsync(engine, "later", "eva@example.com", sendAt: TimeProvider.System.GetUtcNow().AddDays(40));
        if (cancelled)
        {
            await engine.Invitations.CancelAsync("acme", ["later"], "staff", default);
        }

        await AddAsync(engine, "second", "eva@example.com");

        var second = Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries);
        Assert.NotNull(second.Facts.Marks.InvitedAt);
        Assert.Equal(StepAnswerKind.Changed, (await Engine.StepAsync(lane, StartMonthly(second))).Kind);
    }

    [Fact]
    public async Task Frequency_OneWasSentAndOneIsScheduled_BothCount()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(Monthly, default);
        await engine.StopClockAsync();
        await AddAsync(engine, "sent", "eva@example.com");
        await Engine.StepAsync(lane, StartMonthly(Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries)));
        await AddAsync(engine, "later", "eva@example.com", sendAt: TimeProvider.System.GetUtcNow().AddDays(50));
        await AddAsync(engine, "last", "eva@example.com", sendAt: TimeProvider.System.GetUtcNow().AddDays(90));

        await engine.PassAsync(TimeSpan.FromDays(25));
        await AddAsync(engine, "second", "eva@example.com");
        var second = Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries);
        Assert.Equal(StepAnswerKind.Changed, (await Engine.StepAsync(lane, StartMonthly(second))).Kind);

        await engine.PassAsync(TimeSpan.FromDays(8));
        Assert.Equal(StepAnswerKind.Changed, (await Engine.StepAsync(lane, StartMonthly(second))).Kind);
        await engine.Invitations.CancelAsync("acme", ["later"], "staff", default);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, StartMonthly(second))).Kind);
    }

    /// <summary>A hand in Redis made something else of what is remembered: to that recipient it is as if nothing were, and nobody else notices.</summary>
    [Fact]
    public async Task Facts_ThatAreNoText_StopNobody()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(Monthly, default);
        await AddAsync(engine, "first", "eva@example.com", "4711");
        await AddAsync(engine, "second", "eva@example.com", "4711");
        foreach (var key in (await engine.Redis.CallAsync(d => d.ExecuteAsync("KEYS", "{d:00}:[rf]*:*"), default)).Texts().Where(key => key.StartsWith("{d:00}:r:", StringComparison.Ordinal) || key.StartsWith("{d:00}:freq:", StringComparison.Ordinal)))
        {
            await engine.Redis.CallAsync(d => d.KeyDeleteAsync(key), default);
            await engine.Redis.CallAsync(d => d.ListLeftPushAsync(key, "x"), default);
        }

        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;

        Assert.Equal([StepAnswerKind.Ok, StepAnswerKind.Changed], (await lane.AdvanceAsync([.. claimed.Select(StartMonthly)], default)).Select(a => a.Kind));
        await engine.Invitations.CancelAsync("acme", ["second"], "staff", default);
        await engine.AssertInOrderAsync();
    }

    /// <summary>For a second workers bring the guard of a rule that is no more; no mark would tell them what stands against the start.</summary>
    [Fact]
    public async Task Frequency_RuleTakenAwaySinceItWasDecided_StandsAgainstNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Tenants.ApplyAsync(Monthly, default);
        await AddAsync(engine, "first", "eva@example.com");
        await AddAsync(engine, "second", "eva@example.com");
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        await Engine.StepAsync(lane, StartMonthly(claimed[0]));

        await engine.Tenants.ApplyAsync(Monthly with { Frequency = null }, default);

        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, StartMonthly(claimed[1]))).Kind);
    }

    [Fact]
    public async Task Kickstart_CountedAtTheStart_OncePerInvitationAndGivenBackUnsent()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 3);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        var steps = claimed.Select(c => Engine.Start(c) with { Guards = new StartGuards(null, false, 2, null), Month = "2026-11", MonthlyLimit = 100 }).ToList();

        var answers = await lane.AdvanceAsync(steps, default);

        Assert.Equal([StepAnswerKind.Ok, StepAnswerKind.Ok, StepAnswerKind.Changed], answers.Select(a => a.Kind));
        Assert.Equal(2, answers[2].Facts!.Months[FreshFacts.Kickstart]);

        // Interrupted before a byte was sent, then cancelled: both the month and the grant get it back.
        await Engine.StepAsync(lane, Engine.Done(claimed[0]) with { Kind = StepKind.Interrupt });
        await engine.Invitations.CancelAsync("acme", ["i0"], "staff", default);
        var again = await Engine.StepAsync(lane, steps[2]);
        Assert.Equal(StepAnswerKind.Ok, again.Kind);
        Assert.Equal("2026-11 2 kickstart 2", await engine.Redis.CallAsync(d => d.HashGetAsync("{d:00}:t:acme", "months"), default));
    }

    [Fact]
    public async Task Marks_OfOneThatHasPaid_SayThatItNeedNotPayAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 1);
        var first = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await Engine.StepAsync(lane, StartLast(first));
        await Engine.StepAsync(lane, Engine.Done(first) with { Kind = StepKind.Defer, Delay = TimeSpan.Zero });
        await lane.PromoteAsync(default);

        var again = Assert.Single((await lane.ClaimAsync(2, 1, default)).Entries);

        Assert.Equal((false, false), (first.Facts.Marks.Paid, first.Facts.Marks.Kickstarted));
        Assert.Equal((true, true), (again.Facts.Marks.Paid, again.Facts.Marks.Kickstarted));
        Assert.Equal(1, again.Facts.Months["2026-11"]);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, StartLast(again))).Kind);
    }

    /// <summary>Its start paid; that was taken back, and is decided again by the same claim.</summary>
    [Fact]
    public async Task Marks_OfAStartThatIsTakenBack_SayThatItHasPaid()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 1);
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await Engine.StepAsync(lane, StartLast(claimed));

        var answer = await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Unstart });

        Assert.Equal(StepAnswerKind.Changed, answer.Kind);
        Assert.Equal((true, true), (answer.Facts!.Marks.Paid, answer.Facts.Marks.Kickstarted));
    }

    /// <summary>A kickstart invitation, the only one that its tenant has; also of the month.</summary>
    private static Step StartLast(ClaimedInvitation claimed) =>
        Engine.Start(claimed) with { Guards = new StartGuards(null, false, 1, null), Month = "2026-11", MonthlyLimit = 1 };

    private static Step StartMonthly(ClaimedInvitation claimed) =>
        Engine.Start(claimed) with { Guards = new StartGuards(TimeSpan.FromDays(30), false, null, null) };

    private static Step Drop(ClaimedInvitation claimed, Status status) =>
        Engine.Start(claimed) with { Kind = StepKind.Drop, Status = status, Detail = "for a reason" };

    private static Task<AddResult> AddAsync(Engine engine, string id, string email, string? reference = null, DateTimeOffset? sendAt = null, string more = "") => engine.AddAsync(
        "acme", id, sendAt, $$"""{"recipient":{"email":"{{email}}"},"tenant":"acme","id":"{{id}}"{{(reference is null ? "" : $",\"referenceNumber\":\"{reference}\"")}}{{more}}}""");
}
