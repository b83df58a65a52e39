namespace Dispatcher.EndToEnd.Tests;

/// <summary>A worker that stands still for longer than its leases and then goes on as if nothing had been.</summary>
public sealed class FrozenWorkerTests
{
    private const int Connections = 8;
    private const int All = 4000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Freeze_LongerThanFourLeases_OthersTakeOverAndItsLateWordHarmsNothing()
    {
        await using var site = await Site.StartAsync("no", ("Queue__LeaseSeconds", "2"), ("Smtp__Connections", $"{Connections}"));
        var frozen = await site.AddWorkerAsync(("Queue__WorkerName", "frozen"));
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, All, tenants: 20);
        await site.MoreArriveAsync(200, Patience);
        var some = await site.MoreArriveAsync(300, Patience);

        await frozen.SignalAsync("STOP");
        var counts = await site.FinishedAsync(All, Patience);
        var uncertain = await site.UncertainAsync();
        await frozen.SignalAsync("CONT");
        // It works again: what comes now is shared, and what it still held is not sent once more.
        await site.ProduceAsync(All, All, tenants: 20);
        await site.FinishedAsync(2 * All, Patience);
        await frozen.WaitForHealthAsync("ready", healthy: true);

        Assert.Equal(All, counts["delivered"]);
        Assert.Equal(2 * All, site.Receiver.Arrivals.Count);
        Assert.InRange((double)site.Repeats, 0, Math.Min(uncertain, RepeatBound.Of(Connections, 300 / some.TotalSeconds)));
        Assert.Equal(uncertain, await site.UncertainAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"repeats {site.Repeats}, uncertain {uncertain}");
    }

    [Fact]
    public async Task Kill_WithSlowMessagesOnTheWire_ThoseWhoJudgeThemCountThem()
    {
        await using var site = await Site.StartAsync("no", ("Queue__LeaseSeconds", "2"), ("Smtp__Connections", $"{Connections}"));
        var doomed = await site.AddWorkerAsync();
        await site.ProduceAsync(0, Connections, tenants: 1, address: i => $"slow+{i}@example.com");
        await TestKit.Processes.Eventually.GetAsync(
            async () => await site.LookAsync() is { } look && look.Backlog[Core.States.State.Sending] == Connections ? look : null, Patience, "all to be on the wire");

        await doomed.KillAsync();
        var judge = await site.AddWorkerAsync();
        await site.FinishedAsync(Connections, Patience);

        Assert.Equal(Connections, await site.UncertainAsync());
        Assert.Equal(Connections, await Site.UncertainMetricAsync(judge));
    }
}
