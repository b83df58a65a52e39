using System.Globalization;
using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

public sealed class RecordKeeperTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Forget_KeptLongEnough_TakesTheRecordAndKnowsTheId()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await EndAsync(engine, "a");
        await AdvanceAsync(engine, engine.Options.FinalRetention + Day);

        Assert.Null(await ForgetAsync(engine));

        Assert.Empty(await engine.Invitations.FindAsync("acme", "a", default));
        Assert.Equal(0, await CountAsync(engine, "state:*") + await CountAsync(engine, "i:*") + await CountAsync(engine, "ended"));
        var left = await engine.Redis.CallAsync(d => d.KeyTimeToLiveAsync(engine.Lanes.All[0].Prefix + "k:" + RecordKey.Of("acme", "a")[..21]), default);
        var expected = engine.Options.IdRetention - engine.Options.FinalRetention - Day;
        Assert.InRange(left!.Value, expected - TimeSpan.FromMinutes(1), expected);
        Assert.Equal(
            [AddResult.Duplicate, AddResult.Conflict],
            await engine.Invitations.AddAsync([Engine.Invitation("acme", "a"), Engine.Invitation("acme", "a", "other.example")], "test", default));
        Assert.Equal(0, (await engine.Status.ReadAsync(false, default)).Unfinished);
    }

    [Fact]
    public async Task Forget_NotYet_SaysWhen()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await EndAsync(engine, "a");
        await AdvanceAsync(engine, engine.Options.FinalRetention - Day);

        Assert.InRange((await ForgetAsync(engine))!.Value, Day - TimeSpan.FromMinutes(1), Day);

        Assert.Single(await engine.Invitations.FindAsync("acme", "a", default));
    }

    [Fact]
    public async Task Forget_IdRetentionIsOverToo_TakesItAgain()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await EndAsync(engine, "a");
        await AdvanceAsync(engine, engine.Options.IdRetention + Day);

        await ForgetAsync(engine);

        Assert.Equal([AddResult.Accepted], await engine.Invitations.AddAsync([Engine.Invitation("acme", "a", "other.example")], "test", default));
        Assert.Equal(0, await CountAsync(engine, "k:*"));
    }

    [Fact]
    public async Task Forget_ManyOfSeveralKinds_LeavesWhatIsUnfinished()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 1000);
        await engine.Invitations.CancelAsync("acme", [.. Enumerable.Range(0, 600).Select(i => $"i{i}")], "test", default);
        using var lane = engine.Lane("w1");
        var claimed = (await lane.ClaimAsync(1, 100, default)).Entries;
        await Engine.StartAsync(lane, claimed);
        await Engine.DoneAsync(lane, claimed);
        await AdvanceAsync(engine, engine.Options.FinalRetention + Day);

        Assert.Null(await ForgetAsync(engine));

        Assert.Equal(300, await CountAsync(engine, "state:*"));
        Assert.Equal(300, await CountAsync(engine, "i:*"));
        Assert.Equal(700, await CountAsync(engine, "k:*"));
        Assert.Equal(300, (await engine.Status.ReadAsync(false, default)).Unfinished);
    }

    [Fact]
    public async Task Forget_EndedASecondTime_IsKeptFromThen()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddAsync("acme", "a");
        using var lane = engine.Lane("w1");
        await lane.BeatAsync(default);
        var claimed = await Engine.StartOneAsync(lane);
        // Nobody knows what became of it, and it is not repeated: set aside.
        await lane.AdvanceAsync([new Step { Kind = StepKind.Unsure, Key = claimed.Key, Attempt = 1, Reply = "lost" }], default);
        await AdvanceAsync(engine, engine.Options.FinalRetention - Day);
        await Engine.DoneAsync(lane, [claimed]);
        await AdvanceAsync(engine, Day + Day);

        var next = await ForgetAsync(engine);

        Assert.Single(await engine.Invitations.FindAsync("acme", "a", default));
        Assert.InRange(next!.Value, engine.Options.FinalRetention - Day - Day - TimeSpan.FromMinutes(1), engine.Options.FinalRetention);
        await AdvanceAsync(engine, engine.Options.FinalRetention);
        Assert.Null(await ForgetAsync(engine));
        Assert.Empty(await engine.Invitations.FindAsync("acme", "a", default));
    }

    /// <summary>It was set aside, and is known later not to have been taken: that says something more about it, and changes nothing.</summary>
    [Fact]
    public async Task Forget_NotTakenAfterItsEnd_IsKeptFromThen()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddAsync("acme", "a");
        using var lane = engine.Lane("w1");
        var claimed = await Engine.StartOneAsync(lane);
        await lane.AdvanceAsync([new Step { Kind = StepKind.Unsure, Key = claimed.Key, Attempt = 1, Reply = "lost" }], default);
        await AdvanceAsync(engine, engine.Options.FinalRetention - Day);
        await Engine.StepAsync(lane, Engine.Done(claimed) with { Kind = StepKind.Interrupt, AcceptedBy = null });
        await engine.AssertInOrderAsync();
        await AdvanceAsync(engine, Day + Day);

        Assert.NotNull(await ForgetAsync(engine));
        Assert.Single(await engine.Invitations.FindAsync("acme", "a", default));
        await AdvanceAsync(engine, engine.Options.FinalRetention);
        Assert.Null(await ForgetAsync(engine));
        Assert.Empty(await engine.Invitations.FindAsync("acme", "a", default));
    }

    /// <summary>In whatever turn they go, a block of their keys goes with its last; those that are not full stay.</summary>
    [Theory]
    [InlineData(0, 700, "2")]
    [InlineData(0, 256, "1,2")]
    [InlineData(0, 511, "1,2")]
    [InlineData(256, 256, "0,2")]
    [InlineData(300, 400, "0,1,2")]
    public async Task Forget_AllOfABlock_TakesItsKeysAway(int from, int many, string left)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 700);
        var random = new Random(from + many);
        await engine.Invitations.CancelAsync("acme", [.. Enumerable.Range(from, many).OrderBy(_ => random.Next()).Select(i => $"i{i}")], "test", default);
        await AdvanceAsync(engine, engine.Options.FinalRetention + Day);

        Assert.Null(await ForgetAsync(engine));

        var prefix = engine.Lanes.All[0].Prefix;
        var there = await engine.Redis.CallAsync(d => d.ExecuteAsync("KEYS", prefix + "order:*"), default);
        Assert.Equal(left.Split(','), there.Texts().Select(key => key[(prefix + "order:").Length..]).Order(StringComparer.Ordinal));
        Assert.Equal(long.Parse(left.Split(',')[0], CultureInfo.InvariantCulture), await engine.NumberAsync("lane", "oldest"));
        Assert.Equal(new CancelCount(700 - many, 700 - many, 0), await engine.Invitations.CancelAsync(new InvitationFilter(), "staff", null, default));
    }

    /// <summary>It ended, and more became of it in one call: it is listed twice, and yet it is one of its block, in which another still waits.</summary>
    [Fact]
    public async Task Forget_ListedTwice_CountsOnceInItsBlock()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await engine.AddManyAsync("acme", 256);
        using var lane = engine.Lane("w1");
        var claimed = (await lane.ClaimAsync(1, 1, default)).Entries;
        await Engine.StartAsync(lane, claimed);
        await Engine.DoneAsync(lane, claimed);
        FeedbackEvent[] told = [.. new[] { FeedbackKind.Unsubscribe, FeedbackKind.Complaint }.Select(kind => new FeedbackEvent { Kind = kind, Tenant = "acme", Id = claimed[0].Id })];
        Assert.Equal([FeedbackResult.Changed, FeedbackResult.Changed], (await engine.Get<IFeedbackStore>().RecordAsync(told, "test", default)).ToArray());
        await engine.Invitations.CancelAsync("acme", [.. Enumerable.Range(1, 254).Select(i => $"i{i}")], "test", default);
        await AdvanceAsync(engine, engine.Options.FinalRetention + Day);

        Assert.Null(await ForgetAsync(engine));

        Assert.Equal(new CancelCount(1, 1, 0), await engine.Invitations.CancelAsync(new InvitationFilter(), "staff", null, default));
    }

    /// <summary>Its key stands in its block twice, until that goes.</summary>
    [Fact]
    public async Task Forget_IdComesAgainInTheSameBlock_IsOneToAFilter()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await EndAsync(engine, "a");
        await AdvanceAsync(engine, engine.Options.IdRetention + Day);
        await ForgetAsync(engine);
        await engine.Invitations.AddAsync([Engine.Invitation("acme", "a")], "test", default);

        Assert.Equal(new CancelCount(1, 1, 0), await engine.Invitations.CancelAsync(new InvitationFilter(), "staff", null, default));

        Assert.Equal((0, 1), (await engine.NumberAsync("t:acme", "queued"), await engine.NumberAsync("t:acme", "cancelled")));
        Assert.Equal(0, await engine.NumberAsync("lane", "n:queued"));
    }

    /// <summary>Whatever stands at the head of what has ended, which a hand in Redis wrote: what is behind it is forgotten all the same.</summary>
    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("99999999999999999999 nobody")]
    public async Task Forget_NonsenseAmongWhatEnded_IsPassedOver(string nonsense)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await EndAsync(engine, "a");
        for (var n = 0; n < 300; n++)
        {
            await engine.Redis.CallAsync(d => d.ListLeftPushAsync(engine.Lanes.All[0].Prefix + "ended", nonsense), default);
        }

        Assert.Equal(0, (await engine.Get<RedisReconciler>().RepairAsync(engine.Lanes.All[0], null, default)).Faults);
        Assert.NotNull(await ForgetAsync(engine));
        Assert.Single(await engine.Invitations.FindAsync("acme", "a", default));
        await AdvanceAsync(engine, engine.Options.FinalRetention + Day);
        Assert.Null(await ForgetAsync(engine));

        Assert.Empty(await engine.Invitations.FindAsync("acme", "a", default));
    }

    private static async Task EndAsync(Engine engine, string id)
    {
        await engine.Invitations.AddAsync([Engine.Invitation("acme", id)], "test", default);
        using var lane = engine.Lane("w1");
        var claimed = (await lane.ClaimAsync(1, 1, default)).Entries;
        await Engine.StartAsync(lane, claimed);
        await Engine.DoneAsync(lane, claimed);
    }

    private static Task<TimeSpan?> ForgetAsync(Engine engine) =>
        new RecordKeeper(engine.Redis, Microsoft.Extensions.Options.Options.Create(engine.Options), TimeProvider.System).ForgetAsync(engine.Lanes.All[0], default);

    /// <summary>The lane's clock never goes backwards: setting it ahead is as good as waiting.</summary>
    private static async Task AdvanceAsync(Engine engine, TimeSpan by)
    {
        var lane = engine.Lanes.All[0].Lane;
        await engine.Redis.CallAsync(d => d.HashIncrementAsync(lane, "clock", (long)by.TotalMilliseconds), default);
    }

    private static async Task<int> CountAsync(Engine engine, string pattern) =>
        (await engine.Redis.CallAsync(d => d.ScriptEvaluateAsync("return redis.call('KEYS', ARGV[1])", [], [engine.Lanes.All[0].Prefix + pattern]), default)).Texts().Length;
}
