using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

/// <summary>What becomes of invitations afterwards, and of their recipients.</summary>
public sealed class FeedbackTests(RedisFixture redis)
{
    private const string Gone = "550 5.1.1 The email account that you tried to reach does not exist";

    [Theory]
    [InlineData(FeedbackKind.Bounce, Gone, Status.InvalidRecipient, "hard-bounce")]
    [InlineData(FeedbackKind.Bounce, "550 5.7.1 Message refused by policy", Status.Rejected, null)]
    [InlineData(FeedbackKind.Bounce, "451 4.3.0 Temporary system problem", Status.RecipientServerProblem, null)]
    [InlineData(FeedbackKind.Bounce, "", Status.Rejected, null)]
    [InlineData(FeedbackKind.Complaint, null, Status.DeliveredSpam, "complaint")]
    [InlineData(FeedbackKind.Unsubscribe, null, Status.DeliveredUnsubscribed, "unsubscribed")]
    [InlineData(FeedbackKind.Review, null, Status.Delivered, null)]
    [InlineData(FeedbackKind.Receipt, "delivered", Status.Delivered, null)]
    [InlineData(FeedbackKind.Receipt, "failed: no such number", Status.Rejected, null)]
    public async Task Record_OfADelivered_ChangesStatusAndRemembersTheRecipient(FeedbackKind kind, string? detail, Status expected, string? suppressed)
    {
        await using var engine = await DeliveredAsync();

        var first = await TellAsync(engine, kind, detail);
        var again = await TellAsync(engine, kind, detail);

        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal(expected, record.Status);
        Assert.Equal(expected == Status.Delivered ? first : FeedbackResult.Changed, first);
        Assert.NotEqual(FeedbackResult.Changed, again);
        Assert.Equal(suppressed, await engine.Suppression.FindAsync("acme", "a1@example.com", default));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Record_AnyOrderAndRepeated_StatusNeverGoesBack()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var random = new Random(20261124);
        FeedbackEvent[] kinds =
        [
            Event(FeedbackKind.Bounce, Gone), Event(FeedbackKind.Bounce, "554 5.7.1 no"), Event(FeedbackKind.Bounce, "421 4.3.2 closing"),
            Event(FeedbackKind.Complaint), Event(FeedbackKind.Unsubscribe), Event(FeedbackKind.Review), Event(FeedbackKind.Receipt, "delivered"),
            Event(FeedbackKind.Receipt, "failed"), Event(FeedbackKind.Bounce, Gone) with { Attempt = 1 },
        ];
        for (var round = 0; round < 60; round++)
        {
            var id = $"r{round}";
            await engine.AddAsync("acme", id);
            var claimed = await Engine.StartOneAsync(lane, call: round + 1);
            var end = (round % 4) switch { 0 => Status.Delivered, 1 => Status.Rejected, 2 => Status.InvalidRecipient, _ => Status.InternalError };
            await Engine.StepAsync(lane, Engine.Done(claimed, end));
            var rank = StatusCatalog.Get(end).Rank;
            var highest = rank;
            foreach (var told in Enumerable.Range(0, 12).Select(_ => kinds[random.Next(kinds.Length)] with { Id = id }))
            {
                var before = (await engine.RecordAsync("acme", id)).Status;
                await engine.Get<IFeedbackStore>().RecordAsync([told], "test", default);
                var after = (await engine.RecordAsync("acme", id)).Status;

                var effect = FeedbackEffect.Of(told, Core.Tenants.TenantSettings.Default("acme")).Status;
                var wanted = effect != Status.Unset && StatusCatalog.Get(effect).Rank > StatusCatalog.Get(before).Rank ? effect : before;
                Assert.Equal(wanted, after);
                Assert.True(StatusCatalog.Get(after).Rank >= highest);
                highest = StatusCatalog.Get(after).Rank;
            }
        }

        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Record_OfAnOlderAttempt_ChangesNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane);
        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Defer, Delay = TimeSpan.Zero });
        await lane.PromoteAsync(default);
        await Engine.StepAsync(lane, Engine.Done(await Engine.StartOneAsync(lane, call: 2)));

        Assert.Equal(FeedbackResult.Stale, await TellAsync(engine, FeedbackKind.Bounce, "550 5.7.1 no", attempt: 1));
        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
        Assert.Equal(FeedbackResult.Changed, await TellAsync(engine, FeedbackKind.Bounce, "550 5.7.1 no", attempt: 2));
    }

    [Fact]
    public async Task Record_DeliveredAfterAll_WithdrawsTheRepeat()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane);
        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Unsure });

        Assert.Equal(FeedbackResult.Changed, await TellAsync(engine, FeedbackKind.Receipt, "delivered"));
        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
        await engine.AssertInOrderAsync();
    }

    /// <summary>The first attempt was taken and so was its repeat, and the recipient complained: that the first was taken is no news then.</summary>
    [Theory]
    [InlineData(FeedbackKind.Complaint, Status.DeliveredSpam)]
    [InlineData(FeedbackKind.Unsubscribe, Status.DeliveredUnsubscribed)]
    public async Task Record_AnEarlierAttemptDeliveredAfterAComplaint_StatusNeverGoesBack(FeedbackKind kind, Status expected)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var first = await Engine.StartOneAsync(lane, repeatAfter: TimeSpan.Zero);
        await Engine.StepAsync(lane, Engine.Done(first) with { Kind = StepKind.Unsure });
        await lane.PromoteAsync(default);
        await Engine.StepAsync(lane, Engine.Done(await Engine.StartOneAsync(lane, call: 2)));
        Assert.Equal(FeedbackResult.Changed, await TellAsync(engine, kind));

        Assert.Equal(FeedbackResult.Stale, await TellAsync(engine, FeedbackKind.Receipt, "delivered", attempt: 1));
        Assert.Equal(expected, (await engine.RecordAsync("acme", "a1")).Status);

        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Done(first))).Kind);
        Assert.Equal(expected, (await engine.RecordAsync("acme", "a1")).Status);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Record_OnTheWire_IsTooEarlyAndChangesNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await Engine.StartOneAsync(lane);

        Assert.Equal(FeedbackResult.Early, await TellAsync(engine, FeedbackKind.Bounce, "550 5.7.1 no"));
        Assert.Equal(Status.Sending, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Fact]
    public async Task Record_Queued_SuppressesAndTheStatusIsLeftToTheChecks()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddAsync("acme", "a1");

        Assert.Equal(FeedbackResult.Stale, await TellAsync(engine, FeedbackKind.Unsubscribe));
        Assert.Equal("unsubscribed", await engine.Suppression.FindAsync("acme", "a1@example.com", default));
        Assert.Equal(Status.Queued, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Theory]
    [InlineData(Status.InvalidRecipient)]
    [InlineData(Status.InternalError)]
    public async Task Record_OfWhatACheckEnded_ChangesNothing(Status dropped)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Drop, Status = dropped });

        Assert.Equal(FeedbackResult.Stale, await TellAsync(engine, FeedbackKind.Complaint));
        Assert.Equal(dropped, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Fact]
    public async Task Record_ByMessageIdOfAnotherTenant_IsUnknown()
    {
        await using var engine = await DeliveredAsync();

        Assert.Equal(FeedbackResult.Unknown, await TellAsync(engine, new() { Kind = FeedbackKind.Complaint, Tenant = "other", RecordKey = RecordKey.Of("acme", "a1") }));
        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
        Assert.Equal(FeedbackResult.Changed, await TellAsync(engine, new() { Kind = FeedbackKind.Complaint, RecordKey = RecordKey.Of("acme", "a1") }));
        Assert.Equal("complaint", await engine.Suppression.FindAsync("acme", "a1@example.com", default));
    }

    [Fact]
    public async Task Record_NobodysInvitation_IsUnknown()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        var results = await engine.Get<IFeedbackStore>().RecordAsync(
            [Event(FeedbackKind.Bounce), new() { Kind = FeedbackKind.Bounce, RecordKey = RecordKey.Of("acme", "nobody") }], "test", default);

        Assert.All(results, result => Assert.Equal(FeedbackResult.Unknown, result));
    }

    [Fact]
    public async Task Review_AfterTheClaim_StopsTheStartForADay()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        var at = TimeProvider.System.GetUtcNow().AddHours(-3);

        Assert.Equal(FeedbackResult.Noted, await TellAsync(engine, new() { Kind = FeedbackKind.Review, Tenant = "acme", Recipient = "A1@example.com", At = at }));
        var answer = await Engine.StepAsync(lane, Engine.Start(claimed));

        Assert.Equal(at.ToUnixTimeMilliseconds(), answer.Facts!.Marks.ReviewedAt!.Value.ToUnixTimeMilliseconds());
        await engine.AddAsync("acme", "later", body: """{"recipient":{"email":"a1@example.com"},"tenant":"acme","id":"later"}""");
        Assert.NotNull(Assert.Single((await lane.ClaimAsync(2, 1, default)).Entries).Facts.Marks.ReviewedAt);
        await engine.PassAsync(TimeSpan.FromHours(22));
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed))).Kind);
    }

    [Fact]
    public async Task Review_OlderThanADay_IsForgotten()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");

        await TellAsync(engine, new() { Kind = FeedbackKind.Review, Tenant = "acme", Recipient = "a1@example.com", At = TimeProvider.System.GetUtcNow().AddHours(-25) });

        Assert.Null(Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries).Facts.Marks.ReviewedAt);
    }

    [Fact]
    public async Task OptOutOfEverything_BeforeTheStart_IsDecidedAgainUnsent()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);

        await TellAsync(engine, new() { Kind = FeedbackKind.Unsubscribe, Recipient = "a1@example.com", Scope = FeedbackScope.All });
        var answer = await Engine.StepAsync(lane, Engine.Start(claimed) with { RecipientHash = claimed.RecipientHash });

        Assert.Equal(StepAnswerKind.Changed, answer.Kind);
        Assert.True(answer.Facts!.Recipient.OptedOut);
        Assert.Equal((State.Claimed, 0), ((await engine.RecordAsync("acme", "a1")).State, (await engine.RecordAsync("acme", "a1")).Attempt));
        await engine.AssertInOrderAsync();
        await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Drop, Status = Status.AlreadyUnsubscribed });
        Assert.Equal(0, (await engine.RecordAsync("acme", "a1")).Attempt);
        Assert.True(await engine.Get<IFeedbackStore>().OptInAsync("a1@example.com", default));
        Assert.False((await engine.Get<IFeedbackStore>().FindAsync("a1@example.com", default)).OptedOut);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Complaint_KnownWhenItWasDecided_DoesNotStopTheStartAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await TellAsync(engine, new() { Kind = FeedbackKind.Complaint, Tenant = "other", Recipient = "a1@example.com" });
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        var start = Engine.Start(claimed) with { RecipientHash = claimed.RecipientHash, Month = "2026-11", MonthlyLimit = 1 };

        var answer = await Engine.StepAsync(lane, start);
        Assert.Equal(1, answer.Facts!.Recipient.Complaints);

        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, start with { Recipient = answer.Facts.Recipient })).Kind);
        Assert.Equal(1, (await engine.RecordAsync("acme", "a1")).Attempt);
    }

    [Fact]
    public async Task Complaints_OfOneTenantTwice_CountOnce()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        await TellAsync(engine, new() { Kind = FeedbackKind.Complaint, Tenant = "acme", Recipient = "eva@example.com" });
        await TellAsync(engine, new() { Kind = FeedbackKind.Complaint, Tenant = "acme", Recipient = "eva@example.com" });
        Assert.Equal(1, (await engine.Get<IFeedbackStore>().FindAsync("eva@example.com", default)).Complaints);
        await TellAsync(engine, new() { Kind = FeedbackKind.Complaint, Tenant = "other", Recipient = "EVA@example.com" });

        Assert.Equal(2, (await engine.Get<IFeedbackStore>().FindAsync("eva@example.com", default)).Complaints);
    }

    private async Task<Engine> DeliveredAsync()
    {
        var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await Engine.StepAsync(lane, Engine.Done(await Engine.StartOneAsync(lane)));
        return engine;
    }

    private static FeedbackEvent Event(FeedbackKind kind, string? detail = null) => new() { Kind = kind, Tenant = "acme", Id = "a1", Detail = detail };

    private static Task<FeedbackResult> TellAsync(Engine engine, FeedbackKind kind, string? detail = null, int? attempt = null) =>
        TellAsync(engine, Event(kind, detail) with { Attempt = attempt });

    private static async Task<FeedbackResult> TellAsync(Engine engine, FeedbackEvent told) =>
        Assert.Single(await engine.Get<IFeedbackStore>().RecordAsync([told], "test", default));
}
