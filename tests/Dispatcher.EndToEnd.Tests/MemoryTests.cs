using System.Net;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>Redis has used up its <c>maxmemory</c> and may throw nothing away (<c>noeviction</c>, the default).</summary>
public sealed class MemoryTests
{
    private const string More = """{"id":"refused","recipient":{"name":"Eva","email":"eva@example.com"}}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Full_EveryDoor_RefusesClearlyAndKeepsWhatWaits()
    {
        await using var site = await Site.StartAsync();
        var worker = await site.AddWorkerAsync();
        await site.ProduceAsync(0, 2000, tenants: 20);
        await site.MoreArriveAsync(300, Patience);

        // Entries that the worker finds when it is too late to store them.
        await worker.SignalAsync("STOP");
        await site.ProduceAsync(2000, 500, tenants: 20);
        var waiting = (await site.LookAsync())!.Intake;
        await FillAsync(site);
        await worker.SignalAsync("CONT");
        using var posted = await worker.PostAsync("/api/v1/tenants/t0/invitations", More);
        var (code, output) = await EnqueueAsync(site, More);
        await Eventually.GetAsync(
            () => Task.FromResult(worker.Output.Contains("left unread", StringComparison.Ordinal) ? worker : null), Patience, "the worker to say that it leaves the door unread");
        var unread = (await site.LookAsync())!.Intake;
        using var alive = await worker.GetAsync("/health/live");

        Assert.Contains(posted.StatusCode, new[] { HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable });
        Assert.NotNull(posted.Headers.RetryAfter);
        Assert.Equal(3, code);
        Assert.Contains("maxmemory", output, StringComparison.Ordinal);
        Assert.Equal(waiting, unread);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

        await EmptyAsync(site);
        await FinishedOnceAsync(site, 2500);
        Assert.Equal(0, (await site.LookAsync())!.Rejected);
    }

    [Fact]
    public async Task Full_WhatIsQueued_GoesOut()
    {
        await using var site = await Site.StartAsync();
        await site.AddWorkerAsync();
        await site.ProduceAsync(0, 4000, tenants: 20);
        await Eventually.GetAsync(
            async () => await site.LookAsync() is { Intake: 0 } look ? look : null, Patience, "the door to be empty");

        await FillAsync(site);
        var left = 4000 - site.Receiver.MessagesAccepted;
        await site.ArriveAsync(4000, TimeSpan.FromSeconds(20));
        await EmptyAsync(site);

        Assert.InRange(left, 100, 4000);
        await FinishedOnceAsync(site, 4000);
    }

    [Fact]
    public async Task Full_WorkerAndCommandsThatStartThen_Work()
    {
        using var files = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(files.Sub("tenants"), "t0.yaml"), "tenant: t0\nweight: 2\n");
        await File.WriteAllTextAsync(Path.Combine(files.Sub("groups"), "example.yaml"), "group: example\ndomains: [example.com]\nconcurrency: 20\n");
        await using var site = await Site.StartAsync(
            "no", ("Tenants__Path", Path.Combine(files.Path, "tenants")), ("Destinations__Path", Path.Combine(files.Path, "groups")));
        var before = await site.AddWorkerAsync();
        await CommandAsync(site, "pause --all");
        await site.ProduceAsync(0, 300, tenants: 3);
        await Eventually.GetAsync(async () => await site.LookAsync() is { Intake: 0 } look ? look : null, Patience, "the door to be empty");
        await before.SignalAsync("TERM");
        Assert.Equal(0, await before.ExitAsync());

        await FillAsync(site);
        foreach (var command in new[] { "status", "history show n0 --tenant t0", "cancel n0 --tenant t0", "pause --tenant t1", "tenants limit t2 --per-second 1000", "resume --all" })
        {
            await CommandAsync(site, command);
        }

        var (ill, found) = await WorkerProcess.RunAsync(site.Settings, "doctor");
        var worker = await site.AddWorkerAsync();
        await site.ArriveAsync(199, TimeSpan.FromSeconds(20));
        await CommandAsync(site, "resume --tenant t1");
        await site.ArriveAsync(299, TimeSpan.FromSeconds(20));
        await EmptyAsync(site);
        var counts = await site.FinishedAsync(300, Patience);

        Assert.Equal((299, 1), (counts["delivered"], counts["cancelled"]));
        Assert.Equal(0, site.Repeats);
        Assert.Equal(1, ill);
        Assert.Contains("of maxmemory are used", found, StringComparison.Ordinal);
        Assert.Contains("left unread", worker.Output, StringComparison.Ordinal);
    }

    private static async Task FillAsync(Site site) =>
        Assert.Equal("+OK", await site.Redis.CommandAsync("CONFIG SET maxmemory 1")); // less than is in use already

    private static async Task EmptyAsync(Site site) => Assert.Equal("+OK", await site.Redis.CommandAsync("CONFIG SET maxmemory 0"));

    private static async Task<(int ExitCode, string Output)> EnqueueAsync(Site site, string line)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "more.jsonl");
        await File.WriteAllTextAsync(file, line + "\n");
        return await WorkerProcess.RunAsync(site.Settings, "enqueue", file, "--tenant", "t0");
    }

    private static async Task CommandAsync(Site site, string command)
    {
        var (code, output) = await WorkerProcess.RunAsync(site.Settings, command.Split(' '));
        Assert.True(code == 0, $"{command}: {output}");
    }

    private static async Task FinishedOnceAsync(Site site, int all)
    {
        var counts = await site.FinishedAsync(all, Patience);

        Assert.Equal(all, counts["delivered"]);
        Assert.Equal(all, site.Receiver.Arrivals.Count);
        Assert.Equal(0, site.Repeats);
        Assert.Equal(0, await site.UncertainAsync());
    }
}
