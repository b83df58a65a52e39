namespace Dispatcher.EndToEnd.Tests;

public sealed class CrashTests
{
    private const int Connections = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Kill_OneOfTwoWorkers_NothingIsLostAndRepeatsStayWithinWhatWasOnTheWire()
    {
        await using var site = await Site.StartAsync("no", ("Queue__LeaseSeconds", "2"), ("Smtp__Connections", $"{Connections}"));
        var doomed = await site.AddWorkerAsync();
        await site.AddWorkerAsync();

        await site.ProduceAsync(0, 6000, tenants: 20);
        using var deadline = new CancellationTokenSource(Patience);
        await site.Receiver.WaitForAcceptedAsync(500, deadline.Token);
        var thousand = await site.ArriveAsync(1500, Patience);
        await doomed.KillAsync();
        var counts = await site.FinishedAsync(6000, Patience);

        Assert.Equal(6000, counts["delivered"]);
        Assert.Equal(6000, site.Receiver.Arrivals.Count);
        Assert.InRange((double)site.Repeats, 0, RepeatBound.Of(Connections, 1000 / thousand.TotalSeconds));
    }

    [Fact]
    public async Task Terminate_InTheMiddle_HandsBackTheRestAndRepeatsNothing()
    {
        await using var site = await Site.StartAsync();
        var leaving = await site.AddWorkerAsync();
        await site.ProduceAsync(0, 4000, tenants: 20);
        using var deadline = new CancellationTokenSource(Patience);
        await site.Receiver.WaitForAcceptedAsync(500, deadline.Token);

        await leaving.SignalAsync("TERM");
        Assert.Equal(0, await leaving.ExitAsync());
        await site.AddWorkerAsync();
        var counts = await site.FinishedAsync(4000, Patience);

        Assert.Equal(4000, counts["delivered"]);
        Assert.Equal(0, site.Repeats);
    }

    [Fact]
    public async Task Redis_KilledAndBack_SendingGoesOnByItselfAndNothingIsLost()
    {
        await using var site = await Site.StartAsync("always");
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, 3000, tenants: 20);
        using var deadline = new CancellationTokenSource(Patience);
        await site.Receiver.WaitForAcceptedAsync(500, deadline.Token);

        await site.Redis.KillAsync();
        await site.Redis.StartAgainAsync();
        var counts = await site.FinishedAsync(3000, Patience);

        Assert.Equal(3000, counts["delivered"]);
        Assert.Equal(3000, site.Receiver.Arrivals.Count);
        Assert.Equal(0, site.Repeats);
    }

    [Fact]
    public async Task Relay_AwayAtStart_InvitationsWaitAndGoOutWhenItIsBack()
    {
        await using var site = await Site.StartAsync();
        var port = TestKit.Processes.FreePort.Find();
        site.Settings["Smtp__Port"] = $"{port}";
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, 200, tenants: 5);

        await using var late = new Simulators.Smtp.SmtpSimulator(new Simulators.Smtp.SmtpSimulatorOptions { Port = port }, TimeProvider.System);
        await late.StartAsync();
        var counts = await site.FinishedAsync(200, Patience);

        Assert.Equal(200, counts["delivered"]);
        Assert.Equal(200, late.MessagesAccepted);
    }
}
