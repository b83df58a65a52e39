using System.CommandLine;
using Dispatcher.LoadTests.Cli;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Servers;
using Dispatcher.LoadTests.Statistics;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>The whole way of an invitation, from XADD to its recorded status, beside <c>smtp-source</c>.</summary>
internal sealed class PathScenario : Scenario
{
    // What smtp-source sends beside its header; with it as much as a message of the shipped template.
    private const int MessageBytes = 4_700;
    private const double MeasuredCores = 2;

    // A signed message takes three to four times as long.
    private const int SignedShare = 4;

    private readonly Option<int?> _messages = Number("--messages", "Messages of one round. Default 120,000; quick 200.");
    private readonly Option<int?> _rounds = Number("--rounds", "Rounds of each, taken in turns. Default 3; quick 1.");
    private readonly Option<int?> _connections = Number("--connections", "Connections to the sink, of both. Default 32; quick 4.");
    private readonly Option<bool> _noDkim = new("--no-dkim") { Description = "Leave out the part with signatures." };

    public override string Name => "path";

    public override string Summary => "The whole worker, XADD to recorded status, beside smtp-source to the same sink; with and without DKIM.";

    public override string Story => """
        A producer of this process puts invitations on the door's stream by XADD while a worker process takes them in, checks and renders them
        with the shipped template, sends them to an smtp-sink and records the outcome in a Redis with AOF (everysec). A round ends when the
        last status is recorded. In turns smtp-source sends as many messages of the same size to the same sink over as many connections; the median of
        the ratios counts. In turns with both another worker, with a Redis of its own, signs a quarter as many by DKIM with a key of 2,048 bits; what a
        message without it and a signature (openssl speed) cost is measured just before. Needs the worker's build beside this one.
        """;

    public override IReadOnlyList<string> Examples => ["path", "path --rounds 7 --save path.jsonl", "path --connections 8 --no-dkim"];

    public override IReadOnlyList<Option> Options => [_messages, _rounds, _connections, _noDkim];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var (messages, rounds, connections) = (run.Setting(_messages, 120_000, 200), run.Setting(_rounds, 3, 1), run.Setting(_connections, 32, 4));
        var dkim = !run.Flag(_noDkim) && !run.OneRedis;
        if ((SmtpSink.Missing ?? SmtpSource.Missing) is { } missing)
        {
            throw new TimeoutException(missing);
        }

        WorkerProcess.RequireBuilt();

        await using var sink = await SmtpSink.StartWithoutDumpAsync("-m", "512");
        var load = new SmtpLoad(sink.Port, connections, messages, MessageBytes, Pipelining: true);
        using var keys = new TempFolder();
        await using var plain = await PathWorker.StartAsync(run, load, sink, null, cancellationToken);
        await using var signing = dkim && await OpenSsl.SignatureMicrosecondsAsync() is not null ? await SigningAsync(run, load, sink, keys, cancellationToken) : null;
        var (theirs, ours, ratios) = (new List<double>(), new List<double>(), new List<double>());
        var (signatures, signed, shares) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 1; round <= rounds; round++)
        {
            theirs.Add(messages / await SmtpSource.RunAsync(load));
            var (rate, cost) = await plain.RoundAsync(messages, cancellationToken);
            ours.Add(rate);
            ratios.Add(rate / theirs[^1]);
            run.Progress($"round {round} of {rounds}: smtp-source {theirs[^1]:N0}/s, worker {rate:N0}/s, {cost.Worker:N0} µs of its processor each");
            if (signing is null)
            {
                continue;
            }

            // What a message and a signature cost at this moment, not minutes ago.
            signatures.Add(await OpenSsl.SignatureMicrosecondsAsync() ?? double.NaN);
            signed.Add((await signing.RoundAsync(Math.Max(1, messages / SignedShare), cancellationToken)).Rate);
            shares.Add(signed[^1] * (cost.All + signatures[^1]) / (MeasuredCores * 1e6));
            run.Progress($"round {round} of {rounds}: signing worker {signed[^1]:N0}/s, a signature {signatures[^1]:N0} µs");
        }

        run.Report.Add("smtp-source", Median(theirs), "/s", "plain");
        run.Report.Add("worker", Median(ours), "/s", "plain");
        run.Report.Add("worker ÷ smtp-source", Median(ratios), "", "plain", Target.AtLeast(0.6));
        await AddAsync(run.Report, plain, "plain", Target.AtMost(120), cancellationToken);
        if (signing is not null)
        {
            run.Report.Add("one signature", Median(signatures), "µs", "openssl speed rsa2048");
            run.Report.Add("worker", Median(signed), "/s", "DKIM");
            run.Report.Add("rate ÷ 2 cores' (c + s)", Median(shares), "", "DKIM", Target.AtLeast(0.8));
            await AddAsync(run.Report, signing, "DKIM", null, cancellationToken);
        }
        else if (run.OneRedis)
        {
            run.Report.Note("DKIM is left out: the signing worker needs a Redis of its own, and --redis names but one.");
        }
    }

    private static async Task<PathWorker> SigningAsync(ScenarioRun run, SmtpLoad load, SmtpSink sink, TempFolder keys, CancellationToken cancellationToken)
    {
        var path = new Dictionary<string, string> { ["Smtp__Dkim__Path"] = keys.Path };
        await WorkerProcess.RunAsync(path, "dkim", "new", "example.com", "s1");
        await WorkerProcess.RunAsync(path, "dkim", "use", "example.com", "s1");
        return await PathWorker.StartAsync(run, load, sink, keys.Path, cancellationToken);
    }

    private static async Task AddAsync(Report report, PathWorker worker, string label, Target? target, CancellationToken cancellationToken)
    {
        report.Add("worker's processor", worker.Cost.Worker, "µs each", label, target);
        report.Add("Redis' processor", worker.Cost.Redis, "µs each", label);
        report.Add("sink's and producer's processor", worker.Cost.Others, "µs each", label);
        report.Add("worker's memory, at most", worker.Megabytes, "MB", label, Target.AtMost(250));
        var delivered = await worker.DeliveredAsync(cancellationToken);
        report.Check($"{label}: every status recorded", delivered == worker.PutIn, $"{worker.PutIn} put in, {delivered} delivered");
    }

    private static double Median(IEnumerable<double> values) => new Percentiles(values).At(0.5);
}
