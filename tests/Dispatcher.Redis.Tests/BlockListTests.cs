using Dispatcher.Core.Checks;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis.Tests;

/// <summary>The operators' block list, and how workers hear of it.</summary>
public sealed class BlockListTests(RedisFixture redis)
{
    [Fact]
    public async Task AddRemove_AnyForm_IsOneDomainThatCoversThoseBelow()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var store = engine.Get<IBlockListStore>();

        Assert.Equal(2, await store.AddAsync(["A.example", "a.EXAMPLE", "räksmörgås.example"], default));
        Assert.Equal(2, await store.AddAsync(["a.example"], default));

        Assert.Equal(["a.example", "xn--rksmrgs-5wao1o.example"], await store.ListAsync(default));
        Assert.Equal("a.example", await store.FindAsync("x.Y.a.example", default));
        Assert.Null(await store.FindAsync("ba.example", default));
        Assert.Equal(1, await store.RemoveAsync(["RÄKSMÖRGÅS.example", "never.example"], default));
        Assert.Equal(1, await store.SizeAsync(default));
        Assert.Equal(1, await store.ClearAsync(default));
        Assert.Equal(0, await store.ClearAsync(default));
    }

    [Fact]
    public async Task Replace_EndsEarlyOrHasTooMany_TheOldListStays()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var store = engine.Get<IBlockListStore>();
        await store.AddAsync(["old.example"], default);

        await Assert.ThrowsAsync<IOException>(async () => await store.ReplaceAsync(Many(1500, new IOException("the upload broke off")), null, default));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.ReplaceAsync(Many(IBlockListStore.MaxDomains + 1), null, default));

        Assert.Equal(["old.example"], await store.ListAsync(default));
        var load = Assert.Single((await engine.Redis.CallAsync(d => d.ExecuteAsync("KEYS", "*load:*"), default)).Texts());
        Assert.InRange((long)await engine.Redis.CallAsync(d => d.ExecuteAsync("PTTL", (StackExchange.Redis.RedisKey)load), default), 1, 3_600_000);
    }

    [Fact]
    public async Task Replace_AsManyAsAllowed_HoldsAllAndTakesNoMore()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var store = engine.Get<IBlockListStore>();

        Assert.Equal(IBlockListStore.MaxDomains, await store.ReplaceAsync(Many(IBlockListStore.MaxDomains), null, default));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.AddAsync(["one-more.example"], default));
        Assert.Equal(IBlockListStore.MaxDomains, await store.AddAsync(["d7.example"], default));
        Assert.Equal(IBlockListStore.MaxDomains, (await store.ListAsync(default)).Count);
        Assert.Equal(0, await store.ReplaceAsync(Many(0), null, default));
    }

    [Fact]
    public async Task Refresh_ListChanges_ChecksGoByItBesideTheSettings()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var store = engine.Get<IBlockListStore>();
        var options = new ChecksOptions { BlockedDomains = { "set.example" } };
        var blocked = new BlockedDomains(Options.Create(options));
        var feed = new BlockedDomainsFeed(engine.Get<RedisBlockListStore>(), blocked, NullLogger<BlockedDomainsFeed>.Instance);

        await feed.RefreshAsync(default);
        Assert.Equal((false, true), (blocked.Covers("mail.a.example"), blocked.Covers("mail.set.example")));

        await store.AddAsync(["a.example"], default);
        await feed.RefreshAsync(default);
        Assert.Equal((true, true), (blocked.Covers("mail.A.example"), blocked.Covers("set.example")));

        await store.ReplaceAsync(Many(2), null, default);
        await feed.RefreshAsync(default);
        Assert.Equal((false, true, true), (blocked.Covers("a.example"), blocked.Covers("d1.example"), blocked.Covers("set.example")));

        await store.ClearAsync(default);
        await feed.RefreshAsync(default);
        Assert.Equal((false, true), (blocked.Covers("d1.example"), blocked.Covers("set.example")));
    }

    [Fact]
    public async Task Refresh_NothingChanged_ReadsTheRevisionAlone()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var blocked = new BlockedDomains(Options.Create(new ChecksOptions()));
        var feed = new BlockedDomainsFeed(engine.Get<RedisBlockListStore>(), blocked, NullLogger<BlockedDomainsFeed>.Instance);
        await engine.Get<IBlockListStore>().AddAsync(["a.example"], default);
        await feed.RefreshAsync(default);

        // Behind the list's back, so that only a reading would see it.
        await engine.Redis.CallAsync(d => d.SetAddAsync(DispatchKeys.Blocked, "b.example"), default);
        await engine.Get<IBlockListStore>().AddAsync(["a.example"], default);
        await feed.RefreshAsync(default);

        Assert.False(blocked.Covers("b.example"));
    }

    private static async IAsyncEnumerable<string> Many(int count, Exception? end = null)
    {
        await Task.Yield();
        for (var i = 0; i < count; i++)
        {
            yield return $"d{i}.example";
        }

        if (end is not null)
        {
            throw end;
        }
    }
}
