using Dispatcher.Core.Destinations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Redis.Tests;

/// <summary>Redis is over its <c>maxmemory</c>, may throw nothing away, and whoever comes now has not spoken to it before.</summary>
public sealed class MemoryTests
{
    private static readonly TenantSettings Acme = new() { Tenant = "acme", Weight = 3, Concurrency = 50 };
    private static readonly DestinationGroup Web = new() { Group = "web", Domains = ["web.de"], Concurrency = 20 };

    [Fact]
    public async Task Full_NewProcess_SendsWhatIsQueued()
    {
        await using var full = await FullRedis.StartAsync(invitations: 3);
        await using var engine = full.NewProcess();

        await engine.Lanes.EnsureAgreedAsync(default);
        using var lane = engine.Lane("w2");
        await lane.BeatAsync(default);
        await lane.PromoteAsync(default);
        var claimed = (await lane.ClaimAsync(1, 10, default)).Entries;
        await Engine.StartAsync(lane, claimed);
        await Engine.DoneAsync(lane, claimed);
        await lane.LeaveAsync(default);

        Assert.Equal(3, claimed.Count);
        Assert.Equal(0, (await engine.Status.ReadAsync(tenants: true, default)).Unfinished);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Full_NewCommands_LookAndCancel()
    {
        await using var full = await FullRedis.StartAsync(invitations: 3);
        await using var engine = full.NewProcess();

        var status = await engine.Status.ReadAsync(tenants: true, default);
        var one = await engine.Invitations.CancelAsync("acme", ["i0"], "staff", default);
        var rest = await engine.Invitations.CancelAsync(new InvitationFilter { Tenant = "acme" }, "staff", null, default);
        var seen = await engine.Get<IQueueDoctor>().ExamineAsync(null, default);
        var repaired = await engine.Get<IQueueDoctor>().RepairAsync(null, default);

        Assert.Equal(3, status.Backlog[State.Queued]);
        Assert.Equal((1, 2), (one.Cancelled, rest.Cancelled));
        Assert.Equal(Status.Cancelled, (await engine.RecordAsync("acme", "i2")).Status);
        Assert.Contains(seen.Findings, f => f.Code == "memory");
        Assert.Equal(0, repaired.Faults);
    }

    [Fact]
    public async Task Full_Operator_PausesLimitsAndResumes()
    {
        await using var full = await FullRedis.StartAsync(invitations: 3);
        await using var engine = full.NewProcess();
        using var lane = engine.Lane("w2");
        var (acme, everything) = (QueueScope.Tenant("acme"), QueueScope.All);

        await engine.Control.PauseAsync(acme, default);
        var since = Assert.Single(await engine.Control.ListAsync(default)).PausedAt;
        await engine.Control.PauseAsync(acme, default);
        await engine.Control.PauseAsync(everything, default);
        await engine.Control.LimitAsync(acme, new TemporaryLimits { Concurrency = 1 }, default);
        await engine.Control.LimitAsync(acme, new TemporaryLimits { Concurrency = 2 }, default);
        var listed = await engine.Control.ListAsync(default);
        var paused = (await lane.ClaimAsync(1, 10, default)).Entries;
        await engine.Control.ResumeAsync(everything, default);
        await engine.Control.ResumeAsync(acme, default);
        var limited = (await lane.ClaimAsync(2, 10, default)).Entries;
        await engine.Control.LimitAsync(acme, null, default);

        Assert.Equal([everything, acme], listed.Select(s => s.Scope));
        Assert.Equal((since, 2), (listed[1].PausedAt, listed[1].Limits!.Concurrency));
        Assert.Empty(paused);
        Assert.Equal(2, limited.Count);
        Assert.Empty(await engine.Control.ListAsync(default));
    }

    [Fact]
    public async Task Full_SettingsThatAreStored_AreUnchangedAndOthersRefused()
    {
        await using var full = await FullRedis.StartAsync(invitations: 0);
        await using var engine = full.NewProcess();

        Assert.Equal(ApplyResult.Unchanged, await engine.Tenants.ApplyAsync(Acme, default));
        Assert.Equal(ApplyResult.Unchanged, await engine.Destinations.ApplyAsync(Web, default));
        await RefusedAsync(() => engine.Tenants.ApplyAsync(Acme with { Reminders = false }, default).AsTask());
        await RefusedAsync(() => engine.Destinations.ApplyAsync(Web with { Domains = ["gmx.de"] }, default).AsTask());
    }

    [Fact]
    public async Task Full_Doors_StayClosed()
    {
        await using var full = await FullRedis.StartAsync(invitations: 1);
        await using var engine = full.NewProcess();

        Assert.Equal(AddResult.Full, await engine.AddAsync("acme", "more"));
        await RefusedAsync(() => engine.Get<IListStore>().AddAsync(TenantList.Allow, "acme", ["eva@example.com"], default).AsTask());
        await RefusedAsync(() => engine.Get<IBlockListStore>().AddAsync(["spam.example"], default).AsTask());
        await RefusedAsync(() => engine.Get<IntakeStream>().EnsureGroupAsync(default));
    }

    [Fact]
    public async Task Full_WhatTakesAway_IsDone()
    {
        await using var full = await FullRedis.StartAsync(invitations: 0);
        await using var engine = full.NewProcess();
        var (lists, blocked) = (engine.Get<IListStore>(), engine.Get<IBlockListStore>());

        Assert.Equal(2, await lists.SizeAsync(TenantList.Allow, "acme", default));
        Assert.Equal(1, await lists.RemoveAsync(TenantList.Allow, "acme", ["eva@example.com"], default));
        Assert.True(await lists.ClearAsync(TenantList.Allow, "acme", default));
        Assert.Equal(1, await blocked.RemoveAsync(["spam.example"], default));
        Assert.True(await engine.Destinations.RemoveAsync("web", default));
        Assert.Empty(await engine.Destinations.ListAsync(default));
    }

    [Fact]
    public async Task Full_ScriptsAreNotThere_SaysWhatItWaitsFor()
    {
        await using var full = await FullRedis.StartAsync(invitations: 1);
        await using var engine = full.NewProcess();
        await full.Server.CommandAsync("FUNCTION FLUSH");
        using var lane = engine.Lane("w2");

        var refused = await RefusedAsync(() => lane.ClaimAsync(1, 10, default));
        Assert.Contains("waits until there is memory", refused.Message, StringComparison.Ordinal);
        Assert.Equal(AddResult.Full, await engine.AddAsync("acme", "more"));

        await full.Server.CommandAsync("CONFIG SET maxmemory 0");
        Assert.Single((await lane.ClaimAsync(1, 10, default)).Entries);
    }

    private static async Task<StorageUnavailableException> RefusedAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(call);
        Assert.Contains("maxmemory", refused.Message, StringComparison.Ordinal);
        return refused;
    }

    /// <summary>A Redis that a process has worked on before it was full.</summary>
    private sealed class FullRedis(RedisServer server) : IAsyncDisposable
    {
        public RedisServer Server => server;

        public static async Task<FullRedis> StartAsync(int invitations)
        {
            var server = await RedisServer.StartAsync();
            await using var before = await Engine.StartAsync(server);
            await before.Tenants.ApplyAsync(Acme, default);
            await before.Destinations.ApplyAsync(Web, default);
            await before.Get<IntakeStream>().EnsureGroupAsync(default);
            await before.AddManyAsync("acme", invitations);
            await before.Get<IListStore>().AddAsync(TenantList.Allow, "acme", ["eva@example.com", "ida@example.com"], default);
            await before.Get<IBlockListStore>().AddAsync(["spam.example", "junk.example"], default);
            Assert.Equal("+OK", await server.CommandAsync("CONFIG SET maxmemory 1"));
            return new FullRedis(server);
        }

        public Engine NewProcess() => Engine.Of(server.Configuration, new QueueOptions());

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
