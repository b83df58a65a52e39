using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

/// <summary>Records that were written by nobody we know: who looks one up is shown what can be read of it, and the others too.</summary>
public sealed class DamagedRecordTests(RedisFixture redis)
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("\0")]
    [InlineData("i0\thash\tdoor\tmore\0{}")]
    [InlineData("i0\thash\ttest\0no invitation")]
    [InlineData("")]
    public async Task Find_InvitationIsNonsense_ShowsItsStateAndSaysSo(string stored)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 2);
        await WriteAsync(engine, "i:", stored);

        var record = await engine.RecordAsync("acme", "i0");

        Assert.Equal(("acme", "i0", null), (record.Invitation.Tenant, record.Invitation.Id, record.Invitation.RecipientEmail));
        Assert.Equal((State.Queued, Status.Queued, 1), (record.State, record.Status, record.Trail.Count));
        Assert.Equal("the stored invitation can't be read", record.Problem);
        Assert.Equal(["i0"], (await engine.Invitations.FindAsync(null, "i0", default)).Select(r => r.Invitation.Id));
        var listed = await engine.Invitations.ListAsync(new RecordFilter { Tenant = "acme" }, default);
        Assert.Equal((2, 1), (listed.Count, listed.Count(r => r.Problem is null)));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("odd\t\t0\t\t\t\tacme\t\th\t1\t1\tservice\tt\td\t\t\t\n")]
    [InlineData("queued\t\tmany\t\t\t\tacme\t\th\t1\t1\tservice\tt\td\t\t\t\n")]
    [InlineData("queued\t\t0\t\t\trev\tacme\t\th\t1\t1\tservice\tt\td\t\t\t\n")]
    [InlineData("queued\t\t0\t\t\trev=1\tacme\t\th\t1\t1\tservice\tt\td\t\t\t\n")]
    [InlineData("queued\t\t0\t\t\t\tacme\t\th\t1\t99999999999999999999\tservice\tt\td\t\t\t\n")]
    [InlineData("queued\t\t0\t\t\t\tacme\t\th\t1\t9999999999999999\tservice\tt\td\t\t\t\n")]
    [InlineData("queued\t\t0\t\t\t\tacme\t\th\t1\t1\tservice\tt\td\t\t\t\nnonsense\n")]
    public async Task Find_StateIsNonsense_ShowsTheInvitationAndSaysSo(string stored)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 2);
        await WriteAsync(engine, "state:", stored);

        var record = await engine.RecordAsync("acme", "i0");

        Assert.Equal(("acme", "i0", "i0@example.com"), (record.Invitation.Tenant, record.Invitation.Id, record.Invitation.RecipientEmail));
        Assert.Equal((State.None, Status.InternalError, 0), (record.State, record.Status, record.Trail.Count));
        Assert.Equal("the stored state can't be read", record.Problem);
        Assert.Equal(2, (await engine.Invitations.ListAsync(new RecordFilter(), default)).Count);
        var told = new FeedbackEvent { Kind = FeedbackKind.Complaint, RecordKey = RecordKey.Of("acme", "i0") };
        Assert.Equal([FeedbackResult.Unknown], await engine.Get<IFeedbackStore>().RecordAsync([told], "test", default));
    }

    /// <summary>What the door judged by its clock is not judged again: it is no damage.</summary>
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "the stored state can't be read")]
    public async Task Find_CreatedLongBeforeItsSendAt_ShowsTheInvitation(bool damaged, string? problem)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var sendAt = TimeProvider.System.GetUtcNow().AddDays(1);
        await engine.AddAsync("acme", "i0", body: $$"""
            {"tenant":"acme","id":"i0","recipient":{"email":"i0@example.com"},"createdAt":"2020-01-01T00:00:00Z","sendAt":"{{sendAt:O}}"}
            """);
        if (damaged)
        {
            await WriteAsync(engine, "state:", "nonsense");
        }

        var record = await engine.RecordAsync("acme", "i0");

        Assert.Equal(("i0@example.com", sendAt, problem), (record.Invitation.RecipientEmail, record.Invitation.SendAt, record.Problem));
        Assert.Equal(2020, record.CreatedAt.Year);
    }

    [Fact]
    public async Task Find_NothingOfItCanBeRead_SaysSo()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 1);
        await WriteAsync(engine, "i:", "nonsense");
        await WriteAsync(engine, "state:", "nonsense");

        var record = await engine.RecordAsync("acme", "i0");

        Assert.Equal(("acme", "i0", "neither the stored state nor the stored invitation can be read"), (record.Invitation.Tenant, record.Invitation.Id, record.Problem));
    }

    private static Task<bool> WriteAsync(Engine engine, string part, string stored) =>
        engine.Redis.CallAsync(d => d.StringSetAsync(engine.Lanes.All[0].Prefix + part + RecordKey.Of("acme", "i0"), stored), default);
}
