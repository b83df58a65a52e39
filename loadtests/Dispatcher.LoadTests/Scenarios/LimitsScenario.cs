using System.CommandLine;
using System.Globalization;
using Dispatcher.Core.Destinations;
using Dispatcher.Core.Tenants;
using Dispatcher.LoadTests.Cli;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Servers;
using Dispatcher.LoadTests.Statistics;
using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>Whether rates hold across worker processes, as the receiver sees it.</summary>
internal sealed class LimitsScenario : Scenario
{
    private const int BodyBytes = 450;
    private static readonly int[] Windows = [1, 5, 10];
    private static readonly Limited[] Tenants = [new("slow", new TenantRate(50, 100)), new("fast", new TenantRate(200, 50))];
    private static readonly Limited Group = new("grouped", new TenantRate(100, 50));

    private readonly Option<int?> _workers = Number("--workers", "Worker processes. Default 4; quick 2.");
    private readonly Option<int?> _warmUp = Number("--warm-up", "Seconds that are not counted. Default 60; quick 1.", "SECONDS");
    private readonly Option<int?> _seconds = Number("--seconds", "Seconds that are counted. Default 120; quick 2.", "SECONDS");

    public override string Name => "limits";

    public override string Summary => "Rates and bursts of tenants and of a destination group, across worker processes, at the receiver.";

    public override string Story => """
        Worker processes of the same build send to one receiver in this process, which stamps each arrival (to 10 ms). Tenant 'slow' may send
        50/s with burst 100, 'fast' 200/s with burst 50; two more tenants write to the domains of a destination group with 100/s and burst
        50. All have more waiting than they may send. After a warm-up the achieved rate is divided by the configured one; the most arrivals
        in any 1, 5 and 10 s, warm-up included, are divided by rate × window + 2 × burst. Needs the worker's build beside this one.
        """;

    public override IReadOnlyList<string> Examples => ["limits", "limits --warm-up 10 --seconds 30", "limits --workers 2"];

    public override IReadOnlyList<Option> Options => [_workers, _warmUp, _seconds];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var (workers, warmUp, seconds) = (run.Setting(_workers, 4, 2), run.Setting(_warmUp, 60, 1), run.Setting(_seconds, 120, 2));
        WorkerProcess.RequireBuilt();

        await using var redis = await run.RedisAsync("everysec");
        await run.BeginAsync(redis);
        await using var engine = new Engine(redis.Configuration);
        await using var receiver = new SmtpSimulator(new SmtpSimulatorOptions { Memory = SmtpSimulatorMemory.MessageIds }, TimeProvider.System);
        await receiver.StartAsync();
        var settings = new Dictionary<string, string>
        {
            ["Redis__Configuration"] = redis.Configuration,
            ["Smtp__Host"] = "127.0.0.1",
            ["Smtp__Port"] = $"{receiver.Port}",
            ["Smtp__From"] = "reviews@example.com",
        };

        // 1. Limits, then more work than they let through.
        await ApplyAsync(engine, settings, cancellationToken);
        Limited[] limits = [.. Tenants, Group];
        await FillAsync(engine, limits, warmUp + seconds, cancellationToken);

        // 2. The workers, and the watch over the receiver.
        var watch = new ArrivalWatch(receiver);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = watch.RunAsync(stop.Token);
        var processes = new List<WorkerProcess>();
        try
        {
            for (var i = 0; i < workers; i++)
            {
                processes.Add(await WorkerProcess.StartAsync(settings, cancellationToken));
            }

            var from = watch.Now + warmUp;
            while (watch.Now < from + seconds)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
                run.Progress($"{watch.Now - from:0} s, {receiver.MessagesAccepted:N0} messages (counted from 0 to {seconds})");
            }

            await stop.CancelAsync();
            await watching;
            foreach (var limit in limits)
            {
                Add(run.Report, limit, watch.Of(limit.Domain), from, seconds);
            }
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }

        var twice = receiver.Arrivals.Values.Sum(n => (long)n - 1);
        run.Report.Check("none arrived twice", twice == 0, $"{receiver.MessagesAccepted} messages, {twice} repeats");
    }

    private static void Add(Report report, Limited limit, IReadOnlyList<double> arrivals, double from, int seconds)
    {
        var (rate, burst) = (limit.Rate.PerSecond, limit.Rate.Burst);
        var label = string.Create(CultureInfo.InvariantCulture, $"{limit.Name}: {rate}/s, burst {burst}");
        var achieved = arrivals.Count(t => t >= from && t < from + seconds) / (double)seconds;
        report.Add("arrivals", achieved, "/s", label);
        report.Add("achieved ÷ configured", achieved / rate, "", label, Target.Between(0.99, 1.01));
        foreach (var window in Windows)
        {
            var most = SlidingWindow.Largest(arrivals, window);
            report.Add($"most in any {window} s", most, "", label);
            report.Add($"most in any {window} s ÷ allowed", most / ((rate * window) + (2.0 * burst)), "", label, Target.AtMost(1));
        }
    }

    private static async Task ApplyAsync(Engine engine, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        foreach (var tenant in Tenants)
        {
            var file = Path.Combine(folder.Path, tenant.Name + ".yaml");
            var yaml = string.Create(CultureInfo.InvariantCulture, $"tenant: {tenant.Name}\nrate: {{ perSecond: {tenant.Rate.PerSecond}, burst: {tenant.Rate.Burst} }}\n");
            await File.WriteAllTextAsync(file, yaml, cancellationToken);
            await WorkerProcess.RunAsync(settings, "tenants", "apply", "-f", file);
        }

        await engine.Destinations.ApplyAsync(new DestinationGroup { Group = Group.Name, Domains = [Group.Domain], Rate = Group.Rate }, cancellationToken);
    }

    private static async Task FillAsync(Engine engine, IReadOnlyList<Limited> limits, int seconds, CancellationToken cancellationToken)
    {
        var first = 0;
        foreach (var limit in limits)
        {
            // Enough for the time that workers take to start, too.
            var count = (int)(limit.Rate.PerSecond * ((1.5 * seconds) + 60)) + (2 * limit.Rate.Burst);
            var shared = limit == Group;
            await Backlog.FillAsync(
                engine.Invitations,
                first,
                count,
                n => TestInvitation.Create(shared ? $"{limit.Name}-{n % 2}" : limit.Name, n, BodyBytes, limit.Domain),
                null,
                cancellationToken);
            first += count;
        }
    }

    private sealed record Limited(string Name, TenantRate Rate)
    {
        public string Domain => Name + ".example.com";
    }
}
