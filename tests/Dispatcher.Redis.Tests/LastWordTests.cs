using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

/// <summary>Cancel, edit, suppression and quota: what is tested again when sending starts.</summary>
public sealed class LastWordTests(RedisFixture redis)
{
    [Fact]
    public async Task Cancel_Queued_IsNeverClaimed()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await engine.AddAsync("acme", "a2");

        var count = await engine.Invitations.CancelAsync("acme", ["a1", "unknown"], "staff", default);

        Assert.Equal(new CancelCount(1, 1, 0), count);
        Assert.Equal("a2", Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries).Id);
        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal(Status.Cancelled, record.Status);
        Assert.Equal("staff", record.Trail[^1].By);
    }

    [Fact]
    public async Task Cancel_Claimed_IsGoneAtStart()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);

        await engine.Invitations.CancelAsync(null, ["a1"], "staff", default);

        Assert.Equal(StepAnswerKind.Gone, (await Engine.StepAsync(lane, Engine.Start(claimed))).Kind);
        Assert.Empty(await lane.HeldAsync(default));
    }

    [Fact]
    public async Task Cancel_OnTheWire_IsTooLate()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        await Engine.StartOneAsync(lane);

        Assert.Equal(new CancelCount(1, 0, 1), await engine.Invitations.CancelAsync("acme", ["a1"], "staff", default));
    }

    /// <summary>Nothing that was cancelled starts after the answer: also not what was on the wire then.</summary>
    [Theory]
    [InlineData(StepKind.Defer)]
    [InlineData(StepKind.Interrupt)]
    [InlineData(StepKind.Unsure)]
    public async Task Cancel_OnTheWireAndItComesBack_IsNotTriedAgain(StepKind kind)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane, repeatAfter: TimeSpan.FromMilliseconds(1));
        await engine.Invitations.CancelAsync("acme", ["a1"], "staff; one", default);

        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = kind, AcceptedBy = null, Reply = "451 later", Delay = TimeSpan.FromMilliseconds(1) });

        var record = await engine.RecordAsync("acme", "a1");
        Assert.Equal((State.Final, Status.Cancelled), (record.State, record.Status));
        Assert.Equal("staff  one", record.Trail[^1].By);
        await engine.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await lane.PromoteAsync(default)).Moved);
        Assert.Empty((await lane.ClaimAsync(2, 10, default)).Entries);
        Assert.Equal(new CancelCount(1, 1, 0), await engine.Invitations.CancelAsync("acme", ["a1"], "staff", default));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Cancel_OnTheWireOfAWorkerThatDies_IsNotTriedAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var dead = engine.Lane("dead");
        using var alive = engine.Lane("alive");
        await engine.AddAsync("acme", "a1");
        await dead.BeatAsync(default);
        await Engine.StartOneAsync(dead, repeatAfter: TimeSpan.FromMilliseconds(1));
        await alive.BeatAsync(default);
        await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default);

        await engine.SilenceAsync("dead", TimeSpan.FromSeconds(21));
        Assert.Equal(1, (await alive.BeatAsync(default)).Uncertain);

        Assert.Equal(Status.Cancelled, (await engine.RecordAsync("acme", "a1")).Status);
        await engine.AssertInOrderAsync();
    }

    /// <summary>What arrives all the same, arrives.</summary>
    [Fact]
    public async Task Cancel_OnTheWireAndDelivered_IsDelivered()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = await Engine.StartOneAsync(lane);
        await engine.Invitations.CancelAsync("acme", ["a1"], "staff", default);

        await Engine.StepAsync(lane, Engine.Done(claimed));

        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a1")).Status);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Cancel_Scheduled_LeavesLater()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1", sendAt: TimeProvider.System.GetUtcNow().AddDays(3));

        await engine.Invitations.CancelAsync("acme", ["a1"], "staff", default);

        Assert.Null((await lane.PromoteAsync(default)).Next);
        Assert.Equal(0, (await engine.Status.ReadAsync(true, default)).Unfinished);
    }

    [Fact]
    public async Task EditName_AfterTheClaim_StartAsksToDecideAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);

        Assert.Equal(EditResult.Edited, await engine.Invitations.EditNameAsync("acme", "a1", "Eva \"<b>\"; rev=7; b=c", default));
        var answer = await Engine.StepAsync(lane, Engine.Start(claimed));

        Assert.Equal(StepAnswerKind.Changed, answer.Kind);
        Assert.Equal("Eva \"<b>\"; rev=7; b=c", answer.Facts!.EditedName);
        var again = await Engine.StepAsync(lane, Engine.Start(claimed) with { Revision = answer.Facts.Revision });
        Assert.Equal(StepAnswerKind.Ok, again.Kind);
        Assert.Equal(EditResult.TooLate, await engine.Invitations.EditNameAsync("acme", "a1", "late", default));
        Assert.Equal("Eva \"<b>\"; rev=7; b=c", (await engine.RecordAsync("acme", "a1")).Invitation.RecipientName);
    }

    [Fact]
    public async Task EditName_Unknown_IsNotFound()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        Assert.Equal(EditResult.NotFound, await engine.Invitations.EditNameAsync(null, "nobody", "x", default));
    }

    [Theory]
    [InlineData("A1@Example.com")]
    [InlineData("a1@ｅｘａｍｐｌｅ.com")]
    [InlineData("a1@example\u3002com")]
    public async Task Suppress_AfterTheClaim_StopsTheStart(string address)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        Assert.Null(claimed.Facts.SuppressedReason);

        await engine.Suppression.SuppressAsync("acme", address, "unsubscribed", null, default);
        var answer = await Engine.StepAsync(lane, Engine.Start(claimed));

        Assert.Equal("unsubscribed", answer.Facts!.SuppressedReason);
    }

    /// <summary>A claim does not look that up. The wish not to be written to comes before whatever else is wrong, so that it must be known.</summary>
    [Theory]
    [InlineData(StepKind.Drop)]
    [InlineData(StepKind.Hold)]
    [InlineData(StepKind.Wait)]
    public async Task Step_SuppressedBeforeTheClaimAndNotKnown_IsDecidedAgain(StepKind kind)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Suppression.SuppressAsync("acme", "a1@example.com", "unsubscribed", null, default);
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);
        var step = Engine.Start(claimed) with { Kind = kind, Status = Status.InvalidRecipient, Delay = TimeSpan.FromMinutes(1) };

        var answer = await Engine.StepAsync(lane, step);
        var known = await Engine.StepAsync(lane, step with { Kind = StepKind.Drop, Status = Status.AlreadyUnsubscribed, Suppressed = true });

        Assert.Equal((StepAnswerKind.Changed, "unsubscribed"), (answer.Kind, answer.Facts!.SuppressedReason));
        Assert.Equal(StepAnswerKind.Ok, known.Kind);
    }

    [Fact]
    public async Task Drop_NoLongerSuppressed_IsDecidedAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "a1");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 1, default)).Entries);

        var answer = await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Drop, Status = Status.AlreadyUnsubscribed, Suppressed = true });

        Assert.Equal((StepAnswerKind.Changed, null), (answer.Kind, answer.Facts!.SuppressedReason));
    }

    [Fact]
    public async Task Done_HardBounce_SuppressesTheRecipientForAWhile()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 2);
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;
        await Engine.StartAsync(lane, claimed);

        await Engine.StepAsync(lane, Engine.Done(claimed[0], Status.InvalidRecipient) with { Suppress = TimeSpan.FromDays(365) });
        await Engine.StepAsync(lane, Engine.Done(claimed[1], Status.InvalidRecipient));

        Assert.Equal("hard-bounce", await engine.Suppression.FindAsync("acme", "i0@example.com", default));
        Assert.Null(await engine.Suppression.FindAsync("acme", "i1@example.com", default));
    }

    [Fact]
    public async Task Suppress_Twice_TheLaterExpiryWins()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.Suppression.SuppressAsync("acme", "a1@example.com", "complaint", TimeSpan.FromDays(9), default);
        await engine.Suppression.SuppressAsync("acme", "a1@example.com", "hard-bounce", TimeSpan.FromDays(2), default);

        Assert.Equal("complaint", await engine.Suppression.FindAsync("acme", "a1@example.com", default));
        Assert.Null(await engine.Suppression.FindAsync("other", "a1@example.com", default));
        Assert.True(await engine.Suppression.ReleaseAsync("acme", "a1@example.com", default));
        Assert.False(await engine.Suppression.ReleaseAsync("acme", "a1@example.com", default));
    }

    [Fact]
    public async Task Start_MonthlyLimit_IsReservedOncePerInvitationAndNeverExceeded()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        for (var i = 0; i < 5; i++)
        {
            await engine.AddAsync("acme", $"a{i}");
        }

        var claimed = (await lane.ClaimAsync(1, 5, default)).Entries;
        var steps = claimed.Select(c => Engine.Start(c) with { Month = "2026-11", MonthlyLimit = 3 }).ToList();
        var answers = await lane.AdvanceAsync(steps, default);

        Assert.Equal(3, answers.Count(a => a.Kind == StepAnswerKind.Ok));
        Assert.All(answers.Where(a => a.Kind == StepAnswerKind.Changed), a => Assert.Equal(3, a.Facts!.Months["2026-11"]));

        // An interrupted attempt keeps its reservation, and does not take another.
        await Engine.StepAsync(lane, Engine.Done(claimed[0]) with { Kind = StepKind.Interrupt });
        var again = Assert.Single((await lane.ClaimAsync(2, 1, default)).Entries);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(again) with { Month = "2026-11", MonthlyLimit = 3 })).Kind);
    }
}
