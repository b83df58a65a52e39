using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Redis.Tests;

/// <summary>A shard of recipients whose slot moves between masters of a real Redis Cluster: some of its keys are on either side, most are on none.</summary>
public sealed class MovingShardTests
{
    private const int Many = 100;

    [Fact]
    public async Task Advance_WhileAShardMoves_StartsAndKnowsWhatIsOnEitherSide()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var engine = Engine.Of(cluster.Configuration, new QueueOptions());
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", Many);
        var claimed = (await lane.ClaimAsync(1, Many, default)).Entries;
        var shard = LargestShard(claimed.Select(c => c.Id));
        await OptOutAsync(engine, shard[0]);
        await OptOutAsync(engine, shard[1]);
        var (from, to) = await OpenAsync(cluster, shard[0]);
        await RedisCluster.MigrateAsync(from, to, KeyOf(shard[1]));

        var answers = await lane.AdvanceAsync([.. claimed.Select(c => Engine.Start(c) with { RecipientHash = c.RecipientHash })], default);

        var stopped = answers.Index().Where(a => a.Item.Kind != StepAnswerKind.Ok).ToDictionary(a => claimed[a.Index].Id, a => a.Item);
        Assert.Equal(shard[..2].Order(StringComparer.Ordinal), stopped.Keys.Order(StringComparer.Ordinal));
        Assert.All(stopped.Values, answer => Assert.True(answer.Facts!.Recipient.OptedOut));
    }

    /// <summary>The master to which the shard moves may be one that no script has run on.</summary>
    [Fact]
    public async Task Feedback_WhileItsShardMoves_IsRemembered()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var engine = Engine.Of(cluster.Configuration, new QueueOptions());
        await OptOutAsync(engine, "i0");
        await OpenAsync(cluster, "i0");
        var shard = LargestShard(Enumerable.Range(0, Many).Select(n => $"i{n}").Where(id => ShardOf(id) == ShardOf("i0") && id != "i0"));

        await OptOutAsync(engine, shard[0]);

        Assert.True((await engine.Get<IFeedbackStore>().FindAsync($"{shard[0]}@example.com", default)).OptedOut);
    }

    /// <summary>Towards a master that holds no lane.</summary>
    private static async Task<(RedisServer From, RedisServer To)> OpenAsync(RedisCluster cluster, string id)
    {
        var slot = await cluster.SlotOfAsync(KeyOf(id));
        var from = await cluster.OwnerAsync(slot);
        var lane = await cluster.OwnerAsync(await cluster.SlotOfAsync((string)new LaneKeys(0).Lane!));
        var to = cluster.Nodes.First(n => n != from && n != lane);
        await cluster.OpenSlotAsync(slot, to);
        return (from, to);
    }

    private static async Task OptOutAsync(Engine engine, string id) =>
        await engine.Get<IFeedbackStore>().RecordAsync([new() { Kind = FeedbackKind.Unsubscribe, Recipient = $"{id}@example.com", Scope = FeedbackScope.All }], "test", default);

    private static string[] LargestShard(IEnumerable<string> ids) => [.. ids.GroupBy(ShardOf).MaxBy(group => group.Count())!];

    private static string ShardOf(string id) => KeyOf(id)[..KeyOf(id).IndexOf('}', StringComparison.Ordinal)];

    private static string KeyOf(string id) => RecipientShards.KeyOf(RecordKey.OfRecipient($"{id}@example.com"))!;
}
