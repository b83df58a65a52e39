using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

/// <summary>What was set aside goes back by hand.</summary>
public sealed class ReleaseTests(RedisFixture redis)
{
    [Fact]
    public async Task Release_UncertainAttempt_IsTriedAgainAndALateDeliveryStillWithdrawsIt()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var first = await SetAsideAsync(engine, lane, "a");

        Assert.Equal(new ReleaseCount(1, 1, 0), await engine.Invitations.ReleaseAsync("acme", ["a"], "release", default));

        var record = await engine.RecordAsync("acme", "a");
        Assert.Equal((State.Queued, Status.ScheduledForLater), (record.State, record.Status));
        await engine.AssertInOrderAsync();
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Done(first))).Kind);
        Assert.Equal(Status.Delivered, (await engine.RecordAsync("acme", "a")).Status);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Release_UncertainAttempt_IsTheNextAttempt()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await SetAsideAsync(engine, lane, "a");

        await engine.Invitations.ReleaseAsync("acme", ["a"], "release", default);
        var second = Assert.Single((await lane.ClaimAsync(2, 10, default)).Entries);
        await Engine.StartAsync(lane, [second]);
        await Engine.StepAsync(lane, Engine.Done(second));

        var record = await engine.RecordAsync("acme", "a");
        Assert.Equal((Status.Delivered, 2), (record.Status, record.Attempt));
        Assert.Contains(record.Trail, line => line.By == "release");
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Release_NeverSent_TakesItsReferenceAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await AddAsync(engine, "a");
        var claimed = Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries);
        await Engine.StepAsync(lane, Engine.Start(claimed) with { Kind = StepKind.Drop, Status = Status.InternalError, Detail = "a check failed" });
        Assert.Equal(0, await ReferencesAsync(engine));

        Assert.Equal(1, (await engine.Invitations.ReleaseAsync(null, ["a"], "release", default)).Released);
        await Engine.StartAsync(lane, (await lane.ClaimAsync(2, 10, default)).Entries);

        Assert.Equal(1, await ReferencesAsync(engine));
        await AddAsync(engine, "b");
        Assert.NotEqual(ReferenceUse.Free, Assert.Single((await lane.ClaimAsync(3, 10, default)).Entries).Facts.Marks.Reference);
    }

    /// <summary>Nothing is nobody's reference.</summary>
    [Fact]
    public async Task Release_SeveralWithoutReference_EachGoesOut()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 3);
        await engine.AddManyAsync("beta", 1, prefix: "b");
        var dropped = (await lane.ClaimAsync(1, 10, default)).Entries;
        await lane.AdvanceAsync([.. dropped.Select(c => Engine.Start(c) with { Kind = StepKind.Drop, Status = Status.InternalError })], default);
        await engine.Invitations.ReleaseAsync(null, [.. dropped.Select(c => c.Id)], "release", default);
        await engine.Redis.CallAsync(d => d.StringSetAsync("{d:00}:r:", "1"), default); // one may be left of earlier versions

        var claimed = (await lane.ClaimAsync(2, 10, default)).Entries;
        var answers = await Engine.StartAsync(lane, claimed);

        Assert.Equal(4, claimed.Count(c => c.Facts.Marks.Reference == ReferenceUse.Free));
        Assert.All(answers, a => Assert.Equal(StepAnswerKind.Ok, a.Kind));
        Assert.Equal(1, await ReferencesAsync(engine));
    }

    [Fact]
    public async Task Release_OtherStatusOrUnknown_ChangesNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddAsync("acme", "waits");
        await engine.AddAsync("beta", "sent");
        foreach (var claimed in (await lane.ClaimAsync(1, 10, default)).Entries.Where(c => c.Id == "sent"))
        {
            await Engine.StartAsync(lane, [claimed]);
            await Engine.StepAsync(lane, Engine.Done(claimed));
        }

        Assert.Equal(new ReleaseCount(2, 0, 2), await engine.Invitations.ReleaseAsync(null, ["waits", "sent", "nobody"], "release", default));

        Assert.Equal(Status.Delivered, (await engine.RecordAsync("beta", "sent")).Status);
        await engine.AssertInOrderAsync();
    }

    private static async Task<ClaimedInvitation> SetAsideAsync(Engine engine, RedisLane lane, string id)
    {
        await engine.AddAsync("acme", id);
        var claimed = await Engine.StartOneAsync(lane);
        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Unsure, AcceptedBy = null });
        var record = await engine.RecordAsync("acme", id);
        Assert.Equal((Status.InternalError, "uncertain"), (record.Status, record.Detail));
        return claimed;
    }

    private static async Task AddAsync(Engine engine, string id) =>
        await engine.AddAsync("acme", id, body: $$"""{"tenant":"acme","id":"{{id}}","recipient":{"email":"{{id}}@example.com"},"referenceNumber":"4711"}""");

    private static async Task<int> ReferencesAsync(Engine engine) =>
        (await engine.Redis.CallAsync(d => d.ExecuteAsync("KEYS", "{d:00}:r:*"), default)).Rows().Length;
}
