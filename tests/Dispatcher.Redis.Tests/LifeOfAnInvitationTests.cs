using System.Globalization;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

public sealed class LifeOfAnInvitationTests(RedisFixture redis)
{
    [Fact]
    public async Task Add_SameIdTwice_IsOneInvitation()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        Assert.Equal(AddResult.Accepted, await engine.AddAsync("acme", "a1"));
        Assert.Equal(AddResult.Duplicate, await engine.AddAsync("acme", "a1"));
        Assert.Equal(AddResult.Conflict, await engine.AddAsync("acme", "a1", body: """{"tenant":"acme","id":"a1","recipient":{"email":"other@example.com"}}"""));
        Assert.Equal(AddResult.Accepted, await engine.AddAsync("other", "a1"));

        var status = await engine.Status.ReadAsync(true, default);
        Assert.Equal(2, status.Backlog[State.Queued]);
    }

    [Fact]
    public async Task Trail_OfVeryMany_KeepsItsBeginningAndEndWhateverTheTags()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        string[] tags = [.. Enumerable.Range(0, 20).Select(n => n.ToString("00", CultureInfo.InvariantCulture) + new string('é', 48))];
        await engine.Invitations.AddAsync([Engine.Invitation("acme", "a1", traits: new InvitationTraits(default, "default", "example.com", tags))], "test", default);

        for (var round = 1; round <= 30; round++)
        {
            var claimed = await Engine.StartOneAsync(lane, round);
            var reply = "421 round " + round + new string('x', 300);
            Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Interrupt, AcceptedBy = null, Reply = reply })).Kind);
        }

        var trail = (await engine.RecordAsync("acme", "a1")).Trail;
        Assert.Equal(["queued", "sending", "queued"], trail.Take(3).Select(t => t.To));
        Assert.StartsWith("421 round 1x", trail[2].Reply, StringComparison.Ordinal);
        Assert.StartsWith("421 round 30x", trail[^1].Reply, StringComparison.Ordinal);
        Assert.InRange(trail.Count, 12, 30);
        Assert.Equal(new CancelCount(1, 1, 0), await engine.Invitations.CancelAsync(new InvitationFilter { Tag = tags[^1] }, "staff", null, default));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Find_LongTemplateIdFromBeforeThereWasALimit_IsShown()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var template = new string('t', 300);
        await engine.AddAsync("acme", "a1", body: $$"""{"recipient":{"email":"a1@example.com"},"tenant":"acme","id":"a1","templateId":"{{template}}"}""");

        var record = await engine.RecordAsync("acme", "a1");

        Assert.Equal((template, null), (record.Invitation.TemplateId, record.Problem));
    }

    [Fact]
    public async Task Done_Delivered_EndsWithTrailAndCounters()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");

        var claimed = await Engine.StartOneAsync(lane);
        Assert.Equal(Status.Sending, (await engine.RecordAsync("acme", "a1")).Status);
        await Engine.StepAsync(lane, Engine.Done(claimed));

        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal(Status.Delivered, record.Status);
        Assert.Equal("relay:25", record.AcceptedBy);
        Assert.NotNull(record.SentAt);
        Assert.Null(record.Holder);
        Assert.Equal(["queued", "sending", "delivered"], record.Trail.Select(t => t.To));
        var status = await engine.Status.ReadAsync(true, default);
        Assert.Equal(0, status.Unfinished);
        Assert.Equal(1, status.Tenants["acme"][Status.Delivered]);
        Assert.Single(status.Tenants["acme"]);
    }

    [Fact]
    public async Task Done_Repeated_ChangesNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane);

        await Engine.StepAsync(lane, Engine.Done(claimed));
        var again = await Engine.StepAsync(lane, Engine.Done(claimed, Status.Rejected));

        Assert.Equal(StepAnswerKind.Stale, again.Kind);
        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
        Assert.Equal(1, (await engine.Status.ReadAsync(true, default)).Tenants["acme"][Status.Delivered]);
    }

    [Fact]
    public async Task Start_Repeated_IsOneAttempt()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane);

        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed))).Kind);

        Assert.Equal(1, (await engine.RecordAsync("acme", "a1")).Attempt);
    }

    [Fact]
    public async Task Defer_Due_ComesBackByItself()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane);

        var defer = Engine.Done(claimed) with { Kind = StepKind.Defer, Status = Status.Unset, AcceptedBy = null, Delay = TimeSpan.FromMilliseconds(1), Reply = "451 4.3.0 busy" };
        await Engine.StepAsync(lane, defer);
        var waiting = await engine.RecordAsync("acme", "a1");
        Assert.Equal(Status.ScheduledForLater, waiting.Status);
        Assert.Equal("451 4.3.0 busy", waiting.Reply);
        Assert.NotNull(waiting.NextAttemptAt);

        await PromoteOneAsync(lane);
        var again = Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries);
        Assert.Equal(1, again.Attempt);
        Assert.NotNull(again.FirstAttempt);
        Assert.Equal(Status.ScheduledForLater, (await engine.RecordAsync("acme", "a1")).Status);
    }

    [Fact]
    public async Task Defer_Uncounted_UsesTheNumberAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        using var other = engine.Lane("w2");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane);
        var defer = Engine.Done(claimed) with { Kind = StepKind.Defer, Status = Status.Unset, AcceptedBy = null, Delay = TimeSpan.FromMilliseconds(1), Uncounted = true, Reply = "no relay" };

        // 1. It waits as any other does, and shows why.
        await Engine.StepAsync(lane, defer);
        var waiting = await engine.RecordAsync("acme", "a1");
        Assert.Equal((Status.ScheduledForLater, 0, "no relay"), (waiting.Status, waiting.Attempt, waiting.Reply));
        Assert.NotNull(waiting.NextAttemptAt);

        // 2. The next attempt is the first one; when it began to be tried is known all the same.
        await PromoteOneAsync(lane);
        var again = Assert.Single((await other.ClaimAsync(1, 10, default)).Entries);
        Assert.Equal(0, again.Attempt);
        Assert.NotNull(again.FirstAttempt);
        await Engine.StepAsync(other, Engine.Start(again));

        // 3. A repeat of the step by who had the number before means nothing to it.
        Assert.Equal(StepAnswerKind.Stale, (await lane.AdvanceAsync([defer], default))[0].Kind);
        await Engine.StepAsync(other, Engine.Done(again));
        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal((Status.Delivered, 1), (record.Status, record.Attempt));
    }

    [Fact]
    public async Task Defer_UncountedForDays_TheFirstAttemptStaysKnown()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await Engine.StepAsync(lane, Engine.Start(Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries)) with { Kind = StepKind.Hold, Delay = TimeSpan.Zero, Detail = "dns" });
        DateTimeOffset? first = null;
        for (var i = 0; i < 60; i++)
        {
            await PromoteOneAsync(lane);
            var claimed = Assert.Single((await lane.ClaimAsync(10 + i, 10, default)).Entries);
            Assert.True(i < 2 || claimed.FirstAttempt == first, $"{claimed.FirstAttempt} at {i}, not {first}");
            first = claimed.FirstAttempt;
            await Engine.StepAsync(lane, Engine.Start(claimed));
            await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Defer, Status = Status.Unset, AcceptedBy = null, Delay = TimeSpan.Zero, Uncounted = true, Reply = new string('r', 100) });
        }

        Assert.NotNull(first);
    }

    [Fact]
    public async Task Interrupt_Alone_IsNoFirstAttempt()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane);

        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Interrupt, Status = Status.Unset, AcceptedBy = null });

        Assert.Null(Assert.Single((await lane.ClaimAsync(9, 10, default)).Entries).FirstAttempt);
    }

    [Fact]
    public async Task Add_SendAtAhead_WaitsInLater()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1", sendAt: TimeProvider.System.GetUtcNow().AddHours(1));

        var promoted = await lane.PromoteAsync(default);

        Assert.Equal(0, promoted.Moved);
        Assert.InRange(promoted.Next!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
        Assert.Empty((await lane.ClaimAsync(1, 10, default)).Entries);
        Assert.Equal(State.Scheduled, (await engine.RecordAsync("acme", "a1")).State);
    }

    [Fact]
    public async Task Add_BacklogAtItsCeiling_IsFull()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { MaxBacklog = 2 });

        Assert.Equal(AddResult.Accepted, await engine.AddAsync("acme", "a1"));
        Assert.Equal(AddResult.Accepted, await engine.AddAsync("acme", "a2"));
        Assert.Equal(AddResult.Full, await engine.AddAsync("acme", "a3"));
        Assert.Equal(AddResult.Duplicate, await engine.AddAsync("acme", "a2"));
    }

    [Fact]
    public async Task Interrupt_AttemptDoesNotCount_AndGoesToTheHead()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await engine.AddAsync("acme", "a2");
        var claimed = await Engine.StartOneAsync(lane);

        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Interrupt });

        var next = Assert.Single((await lane.ClaimAsync(2, 1, default)).Entries);
        Assert.Equal("a1", next.Id);
        Assert.Equal(0, next.Attempt);
    }

    [Fact]
    public async Task Hold_CheckCannotDecide_WaitsAsQueued()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);

        await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Hold, Delay = TimeSpan.FromMinutes(1), Detail = "DNS does not answer" });

        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal(State.Scheduled, record.State);
        Assert.Equal(Status.Queued, record.Status);
        Assert.Equal("DNS does not answer", record.Detail);
    }

    [Fact]
    public async Task Claim_HeldForDays_TellsWhenItWasStored()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.StopClockAsync();
        await engine.AddAsync("acme", "a1");
        var stored = (await engine.RecordAsync("acme", "a1")).CreatedAt;
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Hold, Delay = TimeSpan.FromMinutes(1), Detail = "DNS does not answer" });

        await engine.PassAsync(TimeSpan.FromDays(3));
        await PromoteOneAsync(lane);
        var again = Assert.Single((await lane.ClaimAsync(2, 1, default)).Entries);

        Assert.Equal((stored, stored), (claimed.Facts.Marks.StoredAt, again.Facts.Marks.StoredAt));
    }

    internal static async Task PromoteOneAsync(RedisLane lane)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while ((await lane.PromoteAsync(deadline.Token)).Moved == 0)
        {
            await Task.Delay(5, deadline.Token);
        }
    }
}
