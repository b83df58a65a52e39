using System.CommandLine;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Tenants;
using Dispatcher.LoadTests.Cli;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Servers;
using Dispatcher.LoadTests.Statistics;
using Dispatcher.Simulators.Dns;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>What the check of SPF costs, and that a slow resolver holds nobody up.</summary>
internal sealed class SpfScenario : Scenario
{
    /// <summary>Who may send for every domain.</summary>
    public const string Allowed = "192.0.2.1";

    private const int Domains = 1_000;
    private const int Seed = 7208;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    private readonly Option<int?> _evaluations = Number("--evaluations", "Evaluations in each of 31 batches. Default 20,000; quick 200.");
    private readonly Option<int?> _records = Number("--records", "Random records to read. Default 10,000,000; quick 20,000.");
    private readonly Option<int?> _messages = Number("--messages", "Messages of one round through the worker. Default 40,000; quick 200.");
    private readonly Option<bool> _noWorker = new("--no-worker") { Description = "Leave out the part through the worker." };
    private readonly Option<int?> _rounds = Number("--rounds", "Rounds with the check and without, in turns. Default 5; quick 1.");

    public override string Name => "spf";

    public override string Summary => "SPF: held evaluations a second, hostile records, and the whole worker with a resolver of 50 ms.";

    public override string Story => """
        First one thread evaluates the records of 1,000 domains, each with an include, whose answers the resolver holds; time is this process'
        CPU time. Then made-up records, right, wrong and torn, lead to each other until ten million were read: nothing may be thrown, and nothing
        may hang. Then the whole worker sends to an smtp-sink for 1,000 tenants, each with a sender's domain of its own that nobody has asked for
        yet, and a name server that takes 50 ms for each answer; in turns with a worker whose check is off. The median of the ratios counts.
        """;

    public override IReadOnlyList<string> Examples => ["spf", "spf --records 100000 --no-worker", "spf --rounds 9 --save spf.jsonl"];

    public override IReadOnlyList<Option> Options => [_evaluations, _records, _messages, _rounds, _noWorker];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var (evaluations, records) = (run.Setting(_evaluations, 20_000, 200), run.Setting(_records, 10_000_000, 20_000));
        var (messages, rounds) = (run.Setting(_messages, 40_000, 200), run.Setting(_rounds, 5, 1));
        await run.BeginAsync(null);
        await HeldAsync(run, evaluations, cancellationToken);
        ReadRandom(run, records, cancellationToken);
        if (!run.Flag(_noWorker))
        {
            await ThroughTheWorkerAsync(run, messages, rounds, cancellationToken);
        }
    }

    private static async Task HeldAsync(ScenarioRun run, int evaluations, CancellationToken cancellationToken)
    {
        await using var server = await ServeAsync(0, TimeSpan.Zero);
        using var sample = new SpfSample(server.Endpoint.ToString());
        var verdicts = new List<SpfResult>();
        for (var n = 0; n < Domains; n++)
        {
            verdicts.Add((await sample.CheckAsync(Domain(0, n), cancellationToken)).Result);
        }

        var next = 0;
        var (micros, bytes) = CpuTime.Measure(evaluations, () => (int)sample.CheckHeld(Domain(0, next++ % Domains)), cancellationToken);
        run.Report.Check("held: every domain passes", verdicts.All(v => v == SpfResult.Pass), $"{verdicts.Count} domains, {server.Queries} queries");
        run.Report.Add("evaluations held", 1e6 / micros, "/s", "one core", Target.AtLeast(100_000));
        run.Report.Add("evaluations held", bytes, "B each", "one core");
    }

    private static void ReadRandom(ScenarioRun run, int records, CancellationToken cancellationToken)
    {
        var resolver = new RandomRecords(Seed);
        using var sample = new SpfSample("127.0.0.1:53", resolver);
        var results = new Dictionary<SpfResult, int>();
        Exception? thrown = null;
        var elapsed = new Elapsed();
        while (resolver.Made < records && thrown is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var result = sample.CheckHeld("random.example");
                results[result] = results.GetValueOrDefault(result) + 1;
            }
            catch (Exception e)
            {
                // Any exception at all is what this looks for.
                thrown = e;
            }
        }

        run.Report.Check("random records: nothing is thrown", thrown is null, $"{resolver.Made:N0} records in {results.Values.Sum():N0} evaluations{(thrown is null ? "" : ": ")}{thrown}");
        run.Report.Add("random records", resolver.Made / elapsed.Seconds, "/s");
        foreach (var (result, count) in results.OrderByDescending(r => r.Value))
        {
            run.Report.Add("random records", 100.0 * count / results.Values.Sum(), "%", $"{result}");
        }
    }

    private static async Task ThroughTheWorkerAsync(ScenarioRun run, int messages, int rounds, CancellationToken cancellationToken)
    {
        if (SmtpSink.Missing is { } missing)
        {
            throw new TimeoutException(missing);
        }

        WorkerProcess.RequireBuilt();

        await using var sink = await SmtpSink.StartWithoutDumpAsync("-m", "512");
        await using var server = await ServeAsync(rounds, Latency);
        await using var with = await SpfWorker.StartAsync(run, sink.Port, server.Endpoint.ToString(), rounds, Domains, cancellationToken);
        await using var without = await SpfWorker.StartAsync(run, sink.Port, null, rounds, Domains, cancellationToken);
        await with.WarmUpAsync(Math.Min(messages, 20_000), cancellationToken);
        await without.WarmUpAsync(Math.Min(messages, 20_000), cancellationToken);
        var (checkedRates, ratios) = (new List<double>(), new List<double>());
        for (var round = 1; round <= rounds; round++)
        {
            run.Progress($"round {round} of {rounds}");
            var off = await without.RoundAsync(round, messages, cancellationToken);
            var on = await with.RoundAsync(round, messages, cancellationToken);
            checkedRates.Add(on);
            ratios.Add(on / off);
        }

        run.Report.Add("worker, SPF checked", new Percentiles(checkedRates).At(0.5), "/s", $"{Domains:N0} new domains a round");
        run.Report.Add("with ÷ without the check", new Percentiles(ratios).At(0.5), "", $"{Latency.TotalMilliseconds} ms a query", Target.AtLeast(0.9));
        // A record each, and the include once; a query may be sent twice.
        run.Report.Check("every domain was asked for", server.Queries >= (rounds * Math.Min(messages, Domains)) + 1, $"{server.Queries} queries in {rounds} rounds");
    }

    /// <summary>A name server that knows the domains of each round up to the last; each record includes one, which allows <see cref="Allowed"/>.</summary>
    private static async Task<DnsSimulator> ServeAsync(int lastRound, TimeSpan latency)
    {
        var zone = new DnsZone { TimeToLive = 3_600 }.Txt("_spf.load.example", $"v=spf1 ip4:{Allowed} -all");
        for (var number = 0; number < (lastRound + 1) * Domains; number++)
        {
            zone.Txt(Domain(number / Domains, number % Domains), "v=spf1 include:_spf.load.example -all");
        }

        var server = new DnsSimulator(new ZoneResponder(zone), TimeProvider.System) { Latency = latency };
        await server.StartAsync();
        return server;
    }

    /// <summary>Another in each round, so that nothing is held yet.</summary>
    internal static string Domain(int round, int number) => $"d{round}-{number}.load.example";

    internal static TenantSettings Tenant(int round, int number) => TenantSettings.Default(TestInvitation.Tenant((round * Domains) + number)) with
    {
        Sender = new SenderSettings { Name = "Acme", Email = "reviews@" + Domain(round, number) },
    };
}
