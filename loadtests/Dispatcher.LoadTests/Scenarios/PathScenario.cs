using System.CommandLine;
using System.Diagnostics;
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
    private const int Tenants = 50;

    // What smtp-source sends beside its header; with it as much as a message of the shipped template.
    private const int MessageBytes = 4_700;
    private const double MeasuredCores = 2;

    private readonly Option<int?> _messages = Number("--messages", "Messages of one round. Default 40,000; quick 200.");
    private readonly Option<int?> _rounds = Number("--rounds", "Rounds of each, taken in turns. Default 3; quick 1.");
    private readonly Option<int?> _connections = Number("--connections", "Connections to the sink, of both. Default 32; quick 4.");
    private readonly Option<bool> _noDkim = new("--no-dkim") { Description = "Leave out the part with signatures." };

    public override string Name => "path";

    public override string Summary => "The whole worker, XADD to recorded status, beside smtp-source to the same sink; with and without DKIM.";

    public override string Story => """
        A producer of this process puts invitations on the door's stream by XADD while a worker process takes them in, checks and renders them
        with the shipped template, sends them to an smtp-sink and records the outcome in a Redis with AOF (everysec). A round ends when the
        last status is recorded. In turns smtp-source sends as many messages of the same size to the same sink over as many connections; the median of
        the ratios counts. Then the same worker signs by DKIM with a key of 2,048 bits. Needs the worker's build beside this one.
        """;

    public override IReadOnlyList<string> Examples => ["path", "path --rounds 7 --save path.jsonl", "path --connections 8 --no-dkim"];

    public override IReadOnlyList<Option> Options => [_messages, _rounds, _connections, _noDkim];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var (messages, rounds, connections) = (run.Setting(_messages, 40_000, 200), run.Setting(_rounds, 3, 1), run.Setting(_connections, 32, 4));
        var dkim = !run.Flag(_noDkim);
        if ((SmtpSink.Missing ?? SmtpSource.Missing) is { } missing)
        {
            throw new TimeoutException(missing);
        }

        WorkerProcess.RequireBuilt();

        await using var sink = await SmtpSink.StartWithoutDumpAsync("-m", "512");
        var load = new SmtpLoad(sink.Port, connections, messages, MessageBytes, Pipelining: true);
        var plain = await MeasureAsync(run, load, sink, rounds, null, cancellationToken);
        run.Report.Add("smtp-source", plain.Theirs, "/s", "plain");
        run.Report.Add("worker", plain.Ours, "/s", "plain");
        run.Report.Add("worker ÷ smtp-source", plain.Ratio, "", "plain", Target.AtLeast(0.6));
        AddCost(run.Report, plain, "plain", Target.AtMost(120));
        if (dkim && await OpenSsl.SignatureMicrosecondsAsync() is { } signature)
        {
            using var folder = new TempFolder();
            var path = new Dictionary<string, string> { ["Smtp__Dkim__Path"] = folder.Path };
            await WorkerProcess.RunAsync(path, "dkim", "new", "example.com", "s1");
            await WorkerProcess.RunAsync(path, "dkim", "use", "example.com", "s1");
            var signed = await MeasureAsync(run, load, sink, rounds, folder.Path, cancellationToken);
            var most = MeasuredCores * 1e6 / (plain.AllCpu + signature);
            run.Report.Add("one signature", signature, "µs", "openssl speed rsa2048");
            run.Report.Add("worker", signed.Ours, "/s", "DKIM");
            run.Report.Add("rate ÷ 2 cores' (c + s)", signed.Ours / most, "", "DKIM", Target.AtLeast(0.8));
            AddCost(run.Report, signed, "DKIM", null);
        }
    }

    private static void AddCost(Report report, Measured measured, string label, Target? target)
    {
        report.Add("worker's processor", measured.WorkerCpu, "µs each", label, target);
        report.Add("Redis' processor", measured.RedisCpu, "µs each", label);
        report.Add("sink's and producer's processor", measured.OtherCpu, "µs each", label);
        report.Add("worker's memory, at most", measured.Megabytes, "MB", label, Target.AtMost(250));
    }

    private static async Task<Measured> MeasureAsync(ScenarioRun run, SmtpLoad load, SmtpSink sink, int rounds, string? keys, CancellationToken cancellationToken)
    {
        var label = keys is null ? "plain" : "DKIM";
        await using var redis = await run.RedisAsync("everysec");
        await run.BeginAsync(redis);
        var settings = new Dictionary<string, string>
        {
            ["Redis__Configuration"] = redis.Configuration,
            ["Smtp__Host"] = "127.0.0.1",
            ["Smtp__Port"] = $"{load.Port}",
            ["Smtp__From"] = "reviews@example.com",
            ["Smtp__Connections"] = $"{load.Connections}",
            ["Smtp__MessagesPerConnection"] = "100000", // as smtp-source -d
            ["Smtp__Dkim__Path"] = keys ?? "",
        };
        await using var worker = await WorkerProcess.StartAsync(settings, cancellationToken);
        var (next, most) = (0, 0L);
        await CompiledCode.SettleAsync(worker.CompiledMethodsAsync, () => RoundAsync(Math.Min(load.Messages, 5_000))); // connections open, too
        var (theirs, ours) = (new List<double>(), new List<double>());
        var (workerCpu, redisCpu, otherCpu) = (0.0, 0.0, 0.0);
        for (var round = 1; round <= rounds; round++)
        {
            theirs.Add(load.Messages / await SmtpSource.RunAsync(load));
            var (cpu, times, others) = (worker.CpuMicroseconds, await redis.TimesAsync(), OthersCpu(sink));
            ours.Add(load.Messages / await RoundAsync(load.Messages));
            otherCpu += OthersCpu(sink) - others;
            workerCpu += worker.CpuMicroseconds - cpu;
            redisCpu += (await redis.TimesAsync() - times).Cpu;
            run.Progress($"{label}: round {round} of {rounds}: smtp-source {theirs[^1]:N0}/s, worker {ours[^1]:N0}/s, {(worker.CpuMicroseconds - cpu) / load.Messages:N0} µs of its processor each");
        }

        await using var engine = new Engine(redis.Configuration);
        var status = await engine.Status.ReadAsync(tenants: false, cancellationToken);
        run.Report.Check($"{label}: every status recorded", status.Unfinished == 0, $"{next} put in, {status.Unfinished} unfinished");
        var count = (double)load.Messages * rounds;
        return new Measured(Median(theirs), Median(ours), Median(ours.Zip(theirs, (mine, other) => mine / other)), workerCpu / count, redisCpu / count, otherCpu / count, most / 1e6);

        async Task<double> RoundAsync(int count)
        {
            var elapsed = new Elapsed();
            await Door.ProduceAsync(redis.Configuration, next, count, Tenants);
            next += count;
            while (await DeliveredAsync(redis) < next)
            {
                most = Math.Max(most, worker.ResidentBytes);
                await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
            }

            return elapsed.Seconds;
        }
    }

    /// <summary>Invitations recorded as delivered, over all tenants.</summary>
    private static async Task<long> DeliveredAsync(RedisUnderTest redis)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, Tenants)
            .Select(n => redis.Database.HashGetAsync("{d:00}:t:" + TestInvitation.Tenant(n), "delivered")));
        return counts.Sum(count => (long)count);
    }

    /// <summary>Processor time of the sink and of this process, the producer.</summary>
    private static double OthersCpu(SmtpSink sink)
    {
        using var receiver = Process.GetProcessById(sink.ProcessId);
        using var self = Process.GetCurrentProcess();
        return (receiver.TotalProcessorTime + self.TotalProcessorTime).TotalMicroseconds;
    }

    private static double Median(IEnumerable<double> values) => new Percentiles(values).At(0.5);

    /// <param name="Theirs">smtp-source, messages a second.</param>
    /// <param name="Ours">The whole worker's.</param>
    /// <param name="WorkerCpu">Microseconds of its processor a message.</param>
    /// <param name="RedisCpu">Microseconds of Redis' a message.</param>
    /// <param name="OtherCpu">Microseconds of the sink's and the producer's a message.</param>
    /// <param name="Megabytes">Resident at most.</param>
    private sealed record Measured(double Theirs, double Ours, double Ratio, double WorkerCpu, double RedisCpu, double OtherCpu, double Megabytes)
    {
        public double AllCpu => WorkerCpu + RedisCpu + OtherCpu;
    }
}
