using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

/// <summary>Allow-lists and catalogues that tenants upload.</summary>
public sealed class ListTests(RedisFixture redis)
{
    private static readonly StartGuards Listed = new(null, true, null, null);

    [Fact]
    public async Task AllowList_ReplacedAfterTheClaim_StopsTheStart()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var lists = engine.Get<IListStore>();
        await engine.AddManyAsync("acme", 2);
        Assert.Null(await lists.SizeAsync(TenantList.Allow, "acme", default));
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        Assert.False(claimed[0].Facts.Marks.Unlisted);

        Assert.Equal(1, await lists.ReplaceAsync(TenantList.Allow, "acme", Entries("I0@example.com", "i0@EXAMPLE.com"), null, default));
        var answers = await lane.AdvanceAsync([.. claimed.Select(c => Engine.Start(c) with { Guards = Listed })], default);

        Assert.Equal([StepAnswerKind.Ok, StepAnswerKind.Changed], answers.Select(a => a.Kind));
        Assert.True(answers[1].Facts!.Marks.Unlisted);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed[1]))).Kind);
    }

    [Fact]
    public async Task AllowList_EmptyOne_ListsNobodyUntilItIsCleared()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var lists = engine.Get<IListStore>();
        await engine.AddManyAsync("acme", 1);
        await lists.ReplaceAsync(TenantList.Allow, "acme", Entries("x@example.com"), null, default);

        Assert.Equal(0, await lists.ReplaceAsync(TenantList.Allow, "acme", Entries(), null, default));
        var claimed = Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries);
        Assert.True(claimed.Facts.Marks.Unlisted);

        Assert.True(await lists.ClearAsync(TenantList.Allow, "acme", default));
        Assert.False(await lists.ClearAsync(TenantList.Allow, "acme", default));
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed) with { Guards = Listed })).Kind);
    }

    [Fact]
    public async Task Replace_EndsEarly_TheOldListStaysAndTheLoadExpires()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var lists = engine.Get<IListStore>();
        await lists.ReplaceAsync(TenantList.Allow, "acme", Entries("x@example.com"), null, default);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await lists.ReplaceAsync(TenantList.Allow, "acme", Broken(), null, default));

        Assert.Equal(1, await lists.SizeAsync(TenantList.Allow, "acme", default));
        var load = Assert.Single((await engine.Redis.CallAsync(d => d.ExecuteAsync("KEYS", "*load:*"), default)).Texts());
        Assert.InRange((long)await engine.Redis.CallAsync(d => d.ExecuteAsync("PTTL", (StackExchange.Redis.RedisKey)load), default), 1, 3_600_000);

        static async IAsyncEnumerable<string> Broken()
        {
            await Task.Yield();
            for (var i = 0; i < 1500; i++)
            {
                yield return $"n{i}@example.com";
            }

            throw new InvalidDataException("the upload broke off");
        }
    }

    [Fact]
    public async Task Replace_HundredThousand_TellsProgressAndHoldsAll()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var last = 0L;

        var size = await engine.Get<IListStore>().ReplaceAsync(
            TenantList.Allow, "acme", Entries([.. Enumerable.Range(0, 100_000).Select(i => $"n{i}@example.com")]), new Told(n => last = n), default);

        Assert.Equal(100_000, size);
        Assert.Equal(100_000, last);
    }

    [Fact]
    public async Task Catalogue_UnknownSku_IsNamedAtTheStart()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        var lists = engine.Get<IListStore>();
        await engine.AddManyAsync("acme", 2);
        await lists.ReplaceAsync(TenantList.Skus, "acme", Entries("A 1", "s2;x"), null, default);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;

        var good = await Engine.StepAsync(lane, Engine.Start(claimed[0]) with { Guards = new(TimeSpan.FromDays(1), true, 5, ["A 1", "s2;x"]) });
        var bad = await Engine.StepAsync(lane, Engine.Start(claimed[1]) with { Guards = new(null, false, null, ["A 1", "a 1"]) });

        Assert.Equal(StepAnswerKind.Ok, good.Kind);
        Assert.Equal(2, bad.Facts!.Marks.UnknownSku);
        Assert.Equal(3, await lists.AddAsync(TenantList.Skus, "acme", ["a 1"], default));
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed[1]) with { Guards = new(null, false, null, ["A 1", "a 1"]) })).Kind);
        Assert.Equal(2, await lists.RemoveAsync(TenantList.Skus, "acme", ["a 1"], default));
    }

    private static async IAsyncEnumerable<string> Entries(params string[] entries)
    {
        await Task.Yield();
        foreach (var entry in entries)
        {
            yield return entry;
        }
    }

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
