using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>SIGTERM while the relay takes its time (two seconds for each message).</summary>
public sealed class DrainTests
{
    private const int Connections = 8;
    private const int All = 48;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Terminate_SlowRelay_FinishesTheWireHandsBackTheRestAndLeaves()
    {
        await using var site = await Site.StartAsync("no", ("Smtp__Connections", $"{Connections}"));
        var leaving = await site.AddWorkerAsync();
        await site.ProduceAsync(0, All, tenants: 3, address: i => $"slow+{i}@example.com");
        await site.MoreArriveAsync(Connections, Patience);

        await leaving.SignalAsync("TERM");
        // Readiness goes at once, while the door still answers.
        await leaving.WaitForHealthAsync("ready", healthy: false);
        await leaving.WaitForHealthAsync("live", healthy: true);
        var code = await leaving.ExitAsync();
        var left = (await site.LookAsync())!;

        Assert.Equal(0, code);
        // Only what was on the wire went out, and its outcome was recorded before the lease was dropped.
        Assert.InRange(site.Receiver.MessagesAccepted, Connections, 3 * Connections);
        Assert.Equal(All - site.Receiver.MessagesAccepted, left.Unfinished);
        Assert.Equal(left.Unfinished, left.Backlog[Core.States.State.Queued]);
        Assert.Empty(left.Workers);

        await site.AddWorkerAsync(("Smtp__Connections", "32"));
        await site.FinishedAsync(All, Patience);
        Assert.Equal(0, site.Repeats);
        Assert.Equal(0, await site.UncertainAsync());
    }

    [Fact]
    public async Task Terminate_BudgetShorterThanTheRelayTakes_RecordsWhatIsPastItsDotAsUncertain()
    {
        await using var site = await Site.StartAsync("no", ("Smtp__Connections", $"{Connections}"), ("Worker__DrainTimeout", "00:00:00.500"));
        var leaving = await site.AddWorkerAsync();
        await site.ProduceAsync(0, All, tenants: 3, address: i => $"slow+{i}@example.com");
        // From here on they wait for the relay's replies, for two seconds.
        await Eventually.GetAsync(
            async () => await leaving.MetricAsync("dispatcher_in_flight") >= Connections ? leaving : null, Patience, "every connection to be busy");

        await leaving.SignalAsync("TERM");
        var code = await leaving.ExitAsync();
        var left = (await site.LookAsync())!;
        var uncertain = await site.UncertainAsync();

        Assert.Equal(0, code);
        Assert.Equal(0, left.Backlog[Core.States.State.Claimed] + left.Backlog[Core.States.State.Sending]);
        Assert.Empty(left.Workers);
        Assert.InRange(uncertain, 1, Connections);

        await site.AddWorkerAsync(("Smtp__Connections", "32"));
        await site.FinishedAsync(All, Patience);
        Assert.InRange(site.Repeats, 0, uncertain);
        Assert.Equal(uncertain, await site.UncertainAsync());
    }
}
