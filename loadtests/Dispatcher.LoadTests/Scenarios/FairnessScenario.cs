using System.CommandLine;
using Dispatcher.LoadTests.Cli;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Simulation;
using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>Whether the others feel a tenant that has most of a saturated load.</summary>
internal sealed class FairnessScenario : Scenario
{
    private const double MostExtraMilliseconds = 250;

    private readonly Option<bool> _simulate = new("--simulate") { Description = "In simulated time, without Redis: the discipline itself, beside FIFO and round-robin." };
    private readonly Option<int?> _count = Number("--invitations", "Simulation: invitations that arrive. Default 1,000,000; quick 50,000.");
    private readonly Option<int?> _others = Number("--others", "Tenants beside the big one. Default 1,000; live quick 50.");
    private readonly Option<int?> _small = Number("--backlog", "What the big tenant has waiting at first. Default 10,000; live quick 200.");
    private readonly Option<int?> _large = Number("--large-backlog", "The same, for comparison. Default 1,000,000 simulated, 100,000 live; live quick 1,000.");
    private readonly Option<int?> _seconds = Number("--seconds", "Live: length of each of the three parts. Default 20; quick 1.");
    private readonly Option<int?> _rate = Number("--rate", "Invitations a second that are served, and that arrive. Default 10,000 simulated, 4,000 live; live quick 1,000.");

    public override string Name => "fairness";

    public override string Summary => "One tenant with 90 % of a saturated load: what the others wait, alone and beside it.";

    public override string Story => """
        As much arrives as is served: 90 % of it of one tenant, which also has a backlog from the start; the rest of many others, unevenly
        (Zipf). Arrivals are an open loop, and a wait is counted from the moment that the invitation was meant to arrive until its start is
        confirmed. The others' p95 beside the big tenant is compared with their p95 alone, and at two backlogs. Live: through the product's
        lane and a real Redis, with a sender that is paced and sends nothing. Simulated: the same in fake time, a million in seconds, and
        FIFO and round-robin beside it.
        """;

    public override IReadOnlyList<string> Examples => ["fairness --simulate", "fairness", "fairness --seconds 60 --large-backlog 1000000"];

    public override IReadOnlyList<Option> Options => [_simulate, _count, _others, _small, _large, _seconds, _rate];

    public override Task RunAsync(ScenarioRun run, CancellationToken cancellationToken) =>
        run.Flag(_simulate) ? SimulateAsync(run) : LiveAsync(run, cancellationToken);

    private async Task SimulateAsync(ScenarioRun run)
    {
        var settings = new SimulationSettings
        {
            Invitations = run.Setting(_count, 1_000_000, 50_000),
            Others = run.Setting(_others, 1_000, 1_000),
            Rate = run.Setting(_rate, 10_000, 10_000),
            Seed = run.Seed,
        };
        var (small, large) = (run.Setting(_small, 10_000, 10_000), run.Setting(_large, 1_000_000, 100_000));
        run.Fixed("hogShare", settings.HogShare);
        run.Fixed("zipfExponent", settings.ZipfExponent);
        await run.BeginAsync(null);

        var round = FairnessSimulation.RoundAt(settings.Rate);
        var weights = Enumerable.Repeat(1.0, settings.Others + 1).ToArray();
        Func<IFlowQueue>[] disciplines = [() => new FairQueue(weights, round), () => new FirstInFirstOut(), () => new RoundRobin(weights.Length)];
        foreach (var create in disciplines)
        {
            run.Progress($"{create().Name}");
            var fair = create().Name == new FairQueue(weights).Name;
            var alone = Simulate(run.Report, create(), settings with { WithHog = false }, "alone");
            var beside = Simulate(run.Report, create(), settings with { HogBacklog = small }, $"backlog {small:N0}");
            var largest = Simulate(run.Report, create(), settings with { HogBacklog = large }, $"backlog {large:N0}");
            var name = create().Name;
            run.Report.Add("others' p95 beside minus alone", Milliseconds(beside.At(0.95) - alone.At(0.95)), "ms", name, fair ? Target.AtMost(MostExtraMilliseconds) : null);
            run.Report.Add("others' p95 at the large backlog ÷ the small", largest.At(0.95) / beside.At(0.95), "", name, fair ? Target.Between(0.9, 1.1) : null);
        }

        double[] unequal = [.. Enumerable.Range(0, 20).Select(i => (double)(1 + (i % 5)))];
        foreach (var queue in new IFlowQueue[] { new FairQueue(unequal, round), new FirstInFirstOut(), new RoundRobin(unequal.Length) })
        {
            var index = FairnessSimulation.EvennessByWeight(queue, unequal, settings.Invitations);
            run.Report.Add("Jain's index of service by weight", index, "", $"{queue.Name}, 20 backlogged tenants of weights 1 to 5", queue is FairQueue ? Target.AtLeast(0.99) : null);
        }
    }

    private static Percentiles Simulate(Report report, IFlowQueue queue, SimulationSettings settings, string part)
    {
        var result = FairnessSimulation.Run(queue, settings);
        var label = $"{queue.Name}, {part}";
        var others = result.Others;
        AddWaits(report, "others' wait", label, others);
        if (settings.WithHog)
        {
            AddWaits(report, "big tenant's wait", label, result.Hog);
        }

        report.Check($"{label}: none lost", result.Served + result.Unserved == result.Arrived && others.Count + result.Hog.Count == result.Arrived,
            $"{result.Arrived} arrived, {result.Served} served, {result.Unserved} waiting at the end");
        return others;
    }

    private async Task LiveAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var settings = new LiveSettings(
            run.Setting(_rate, 4_000, 1_000), run.Setting(_others, 1_000, 50), run.Setting(_seconds, 20, 1), run.Seed);
        var (small, large) = (run.Setting(_small, 10_000, 200), run.Setting(_large, 100_000, 1_000));
        if (large < small)
        {
            throw new UsageException("--large-backlog: must not be smaller than --backlog");
        }

        run.Fixed("hogShare", LiveSettings.HogShare);
        run.Fixed("zipfExponent", LiveSettings.ZipfExponent);
        var alone = await LivePartAsync(run, settings with { HogBacklog = null }, "alone", cancellationToken);
        var beside = await LivePartAsync(run, settings with { HogBacklog = small }, $"backlog {small:N0}", cancellationToken);
        var largest = await LivePartAsync(run, settings with { HogBacklog = large }, $"backlog {large:N0}", cancellationToken);
        run.Report.Add("others' p95 beside minus alone", Milliseconds(beside.At(0.95) - alone.At(0.95)), "ms", $"backlog {small:N0}", Target.AtMost(MostExtraMilliseconds));
        run.Report.Add("others' p95 beside minus alone", Milliseconds(largest.At(0.95) - alone.At(0.95)), "ms", $"backlog {large:N0}", Target.AtMost(MostExtraMilliseconds));
        run.Report.Add("others' p95 at the large backlog ÷ the small", largest.At(0.95) / beside.At(0.95), "", "", Target.Between(0.9, 1.1));
    }

    private static async Task<Percentiles> LivePartAsync(ScenarioRun run, LiveSettings settings, string part, CancellationToken cancellationToken)
    {
        await using var redis = await run.RedisAsync("everysec");
        await run.BeginAsync(redis);
        var live = new LiveFairness(settings, redis.Configuration);
        var result = await live.RunAsync((done, of) => run.Progress($"{part}: {done:0} of {of:0} s"), cancellationToken);
        var others = new Percentiles(result.Others);
        AddWaits(run.Report, "others' wait", part, others);
        if (settings.HogBacklog is not null)
        {
            AddWaits(run.Report, "big tenant's wait", part, new Percentiles(result.Hog));
        }

        run.Report.Add("served", result.Started / (double)settings.Seconds, "/s", part);
        run.Report.Add("producer behind its plan, at most", Milliseconds(result.ProducerLate), "ms", part);
        run.Report.Check($"{part}: none twice, none refused", result.Repeated == 0 && result.Refused == 0,
            $"{result.PutIn} put in, {result.Started} started, {result.Repeated} more than once, {result.Refused} steps refused");
        run.Report.Check($"{part}: what was not started still waits", result.Started + result.Left == result.PutIn,
            $"{result.PutIn} put in, {result.Started} started, {result.Left} unfinished by the engine's counters");
        return others;
    }

    private static void AddWaits(Report report, string name, string label, Percentiles waits)
    {
        foreach (var (word, share) in new[] { ("p50", 0.5), ("p95", 0.95), ("p99", 0.99) })
        {
            report.Add($"{name} {word}", Milliseconds(waits.At(share)), "ms", label);
        }

        report.Add($"{name} longest", Milliseconds(waits.Largest), "ms", label);
    }

    private static double Milliseconds(double seconds) => seconds * 1000;
}
