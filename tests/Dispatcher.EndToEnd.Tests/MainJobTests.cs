namespace Dispatcher.EndToEnd.Tests;

public sealed class MainJobTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Run_TwentyThousandOfFiftyTenants_AllArriveOnceAndTheCountersAgree()
    {
        await using var site = await Site.StartAsync();
        var worker = await site.AddWorkerAsync();

        await site.ProduceAsync(0, 20_000, tenants: 50);
        var counts = await site.FinishedAsync(20_000, Patience);

        Assert.Equal(20_000, counts["delivered"]);
        Assert.Equal(20_000, site.Receiver.MessagesAccepted);
        Assert.Equal(20_000, site.Receiver.Arrivals.Count);
        Assert.Equal(0, site.Repeats);
        Assert.Equal(20_000, await worker.MetricAsync("dispatcher_statuses_total{channel=\"email\",status=\"delivered\"}"));
        Assert.Equal(20_000, await worker.MetricAsync("dispatcher_attempts_total{outcome=\"delivered\"}"));
    }

    [Fact]
    public async Task Run_ScriptedAddresses_EndInTheirStatuses()
    {
        await using var site = await Site.StartAsync("no", ("Retry__MaxAge", "3s"));
        await site.AddWorkerAsync();
        var boxes = Simulators.Smtp.ScriptedMailbox.All;

        await site.ProduceAsync(0, boxes.Count, tenants: 1, address: i => $"{boxes[i].Name}@example.com");
        var counts = await site.FinishedAsync(boxes.Count, Patience);

        var expected = boxes.GroupBy(b => Core.Statuses.StatusCatalog.Code(b.FinalStatus)).ToDictionary(g => g.Key, g => (long)g.Count());
        Assert.Equal(expected.OrderBy(e => e.Key), counts.OrderBy(e => e.Key));
    }

    [Fact]
    public async Task Run_TwoWorkers_ShareTheWork()
    {
        await using var site = await Site.StartAsync();
        var first = await site.AddWorkerAsync();
        var second = await site.AddWorkerAsync();

        await site.ProduceAsync(0, 4000, tenants: 10);
        await site.FinishedAsync(4000, Patience);

        Assert.Equal(0, site.Repeats);
        Assert.True(await first.MetricAsync("dispatcher_attempts_total{outcome=\"delivered\"}") > 0);
        Assert.True(await second.MetricAsync("dispatcher_attempts_total{outcome=\"delivered\"}") > 0);
    }
}
