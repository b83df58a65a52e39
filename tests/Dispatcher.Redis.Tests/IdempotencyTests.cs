using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

/// <summary>The same (tenant, id) is one invitation, however often and in whatever company it comes.</summary>
public sealed class IdempotencyTests(RedisFixture redis)
{
    [Fact]
    public async Task Add_SameBatchTwice_AddsNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        NewInvitation[] batch = [.. Enumerable.Range(0, 600).Select(i => Engine.Invitation($"t{i % 3}", $"i{i}"))];

        Assert.All(await engine.Invitations.AddAsync(batch, "test", default), r => Assert.Equal(AddResult.Accepted, r));
        Assert.All(await engine.Invitations.AddAsync(batch, "test", default), r => Assert.Equal(AddResult.Duplicate, r));

        Assert.Equal(600, (await engine.Status.ReadAsync(false, default)).Unfinished);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Add_DuplicatesAndConflictsWithinOneCall_AreToldApart()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        var results = await engine.Invitations.AddAsync(
            [
                Engine.Invitation("acme", "a"), Engine.Invitation("acme", "a"), Engine.Invitation("acme", "a", "other.example"),
                Engine.Invitation("beta", "a", "other.example"), Engine.Invitation("acme", "b"),
            ],
            "test", default);

        Assert.Equal([AddResult.Accepted, AddResult.Duplicate, AddResult.Conflict, AddResult.Accepted, AddResult.Accepted], results);
        Assert.Equal("a@example.com", (await engine.RecordAsync("acme", "a")).Invitation.RecipientEmail);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Add_FileInterruptedAndRunAgain_AddsTheRestOnce()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        NewInvitation[] file = [.. Enumerable.Range(0, 2000).Select(i => Engine.Invitation("acme", $"i{i}"))];

        // The first run ends in the middle of a batch of its own; part of what it brought is on its way, and gone, by the second.
        await engine.Invitations.AddAsync(file[..700], "enqueue", default);
        var claimed = (await lane.ClaimAsync(1, 100, default)).Entries;
        await Engine.StartAsync(lane, claimed);
        await Engine.DoneAsync(lane, claimed.Take(50));
        var again = await engine.Invitations.AddAsync(file, "enqueue", default);

        Assert.Equal(700, again.Take(700).Count(r => r == AddResult.Duplicate));
        Assert.Equal(1300, again.Skip(700).Count(r => r == AddResult.Accepted));
        Assert.Equal(1950, (await engine.Status.ReadAsync(false, default)).Unfinished);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Add_Full_KnowsWhatItHasAndTakesTheRestLater()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { MaxBacklog = 3 });
        using var lane = engine.Lane("w1");
        NewInvitation[] batch = [.. Enumerable.Range(0, 5).Select(i => Engine.Invitation("acme", $"i{i}"))];

        Assert.Equal(
            [AddResult.Accepted, AddResult.Accepted, AddResult.Accepted, AddResult.Full, AddResult.Full],
            await engine.Invitations.AddAsync(batch, "test", default));
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;
        await Engine.StartAsync(lane, claimed);
        await Engine.DoneAsync(lane, claimed);

        Assert.Equal(
            [AddResult.Duplicate, AddResult.Duplicate, AddResult.Duplicate, AddResult.Accepted, AddResult.Accepted],
            await engine.Invitations.AddAsync(batch, "test", default));
        Assert.Equal(3, (await engine.Status.ReadAsync(false, default)).Backlog[State.Queued]);
    }

    [Fact]
    public async Task Add_FirstOfATenantIsScheduled_TheTenantIsKnown()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.Invitations.AddAsync([Engine.Invitation("later", "a", sendAt: TimeProvider.System.GetUtcNow().AddDays(1))], "test", default);

        Assert.Single(await engine.Invitations.FindAsync(null, "a", default));
        await engine.AssertInOrderAsync();
    }
}
