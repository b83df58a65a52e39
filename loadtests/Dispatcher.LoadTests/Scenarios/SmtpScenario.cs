using System.CommandLine;
using System.Runtime;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Statistics;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>How fast the SMTP client is beside <c>smtp-source</c>, and what a message and a waiting connection cost.</summary>
internal sealed class SmtpScenario : Scenario
{
    /// <summary>Of the direct route's exchangers; as many as there are connections, so that each has one.</summary>
    private const int Providers = 8;

    private static readonly (int Connections, double Ratio)[] Cases = [(1, 1.5), (8, 1.2), (32, 1.2)];

    private readonly Option<int?> _messages = Number("--messages", "Messages of one round. Default 20,000; quick 200.");
    private readonly Option<int?> _rounds = Number("--rounds", "Rounds of each, taken in turns. Default 5; quick 1.");
    private readonly Option<int?> _body = Number("--body", "Size of a message's content. Default 4,096.", "BYTES");
    private readonly Option<int?> _waiting = Number("--waiting", "Connections to a slow server. Default 1,000; quick 50.");
    private readonly Option<int?> _domains = Number("--domains", "Recipient domains of the direct route. Default 1,000.");
    private readonly Option<bool> _lockstep = new("--lockstep") { Description = "Switch pipelining off (Smtp:Pipelining)." };

    public override string Name => "smtp";

    public override string Summary => "The SMTP client beside Postfix's smtp-source: messages a second, processor time, garbage; and 1,000 slow servers.";

    public override string Story => """
        One smtp-sink takes the mail of both. In each round smtp-source and our transport send the same number of messages of the same size over
        kept connections, one after the other; the ratio of a round is that of its two rates, and the median of the ratios counts, because
        machines are noisy. Processor time and allocated bytes are this process' own, of the transport alone: nothing is rendered or recorded.
        With one connection each message waits for its reply, and the system puts us to sleep and wakes us again: a bare exchange of the same bytes,
        a thread that writes and reads and does nothing else, takes its turn there and shows what that costs by itself; so does one by asynchronous
        reads, as a client with many connections must have them.
        Before that, as many connections as --waiting says wait for a server that takes ten seconds for a reply. At the end a relay route and a direct
        route take turns with eight connections: the direct one to --domains domains whose mail goes to the exchangers of eight providers, all of them
        the sink. Look-ups are answered at once, so what is compared is the cost of finding the destination and of sharing connections.
        """;

    public override IReadOnlyList<string> Examples => ["smtp", "smtp --rounds 11 --save smtp.jsonl", "smtp --lockstep", "smtp --waiting 5000", "smtp --domains 20000"];

    public override IReadOnlyList<Option> Options => [_messages, _rounds, _body, _waiting, _domains, _lockstep];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var (messages, rounds) = (run.Setting(_messages, 20_000, 200), run.Setting(_rounds, 5, 1));
        var (body, waiting) = (run.Setting(_body, 4_096, 4_096), run.Setting(_waiting, 1_000, 50));
        var domains = run.Setting(_domains, 1_000, 100);
        var pipelining = !run.Flag(_lockstep);
        RequireServers();
        await run.BeginAsync(null);
        await WaitAsync(run, waiting, cancellationToken); // first: what others left behind would hide its memory
        await using (var sink = await SmtpSink.StartWithoutDumpAsync())
        {
            foreach (var (connections, ratio) in Cases)
            {
                await CompareAsync(run, new SmtpLoad(sink.Port, connections, messages, body, pipelining), rounds, ratio, cancellationToken);
            }

            await CompareRoutesAsync(run, new SmtpLoad(sink.Port, Providers, messages, body, pipelining), domains, rounds, cancellationToken);
        }
    }

    private static async Task CompareAsync(ScenarioRun run, SmtpLoad load, int rounds, double ratio, CancellationToken cancellationToken)
    {
        await using var sender = new SmtpSender(load);
        await WarmUpAsync(sender, load, cancellationToken); // connections open, too
        var (theirs, ours) = (new List<double>(), new List<double>());
        var (delivered, cpu, bytes, bare, bareAsync) = (0, 0.0, 0.0, 0.0, 0.0);
        for (var round = 1; round <= rounds; round++)
        {
            run.Progress($"{load.Connections} connections, round {round} of {rounds}");
            theirs.Add(load.Messages / await SmtpSource.RunAsync(load));
            var sent = await sender.RunAsync(load.Messages, cancellationToken);
            ours.Add(load.Messages / sent.Seconds);
            delivered += sent.Delivered;
            cpu += sent.CpuMicroseconds;
            bytes += sent.AllocatedBytes;
            bare += load.Connections == 1 ? BareExchange.Run(load) : 0;
            bareAsync += load.Connections == 1 ? await BareExchange.RunAsync(load) : 0;
        }

        var label = load.Connections == 1 ? "1 connection" : $"{load.Connections} connections";
        var count = (double)load.Messages * rounds;
        run.Report.Add("smtp-source", Median(theirs), "/s", label);
        run.Report.Add("transport", Median(ours), "/s", label);
        run.Report.Add("transport ÷ smtp-source", Median(ours.Zip(theirs, (mine, other) => mine / other)), "", label, Target.AtLeast(ratio));
        run.Report.Add("processor", cpu / count, "µs each", label, Target.AtMost(60));
        if (bare > 0)
        {
            run.Report.Add("processor, bare exchange", bare / count, "µs each", label);
            run.Report.Add("processor, bare exchange without a thread", bareAsync / count, "µs each", label);
            run.Report.Add("processor ÷ bare exchange", cpu / bare, "", label);
            run.Report.Add("processor ÷ bare exchange without a thread", cpu / bareAsync, "", label);
        }

        run.Report.Add("allocated", bytes / count, "B each", label, Target.AtMost(500));
        run.Report.Check($"{label}: every message delivered", delivered == count, $"{count} sent, {delivered} delivered");
    }

    private static async Task CompareRoutesAsync(ScenarioRun run, SmtpLoad load, int domains, int rounds, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        await using var relay = new SmtpSender(RoutedTransports.Relay(load, folder), load.Body, "example.com");
        await using var direct = new SmtpSender(
            RoutedTransports.Direct(load, Providers, folder), load.Body, Enumerable.Range(0, domains).Select(SharedExchangers.Domain));
        await WarmUpAsync(relay, load, cancellationToken);
        await WarmUpAsync(direct, load, cancellationToken); // the ramp of connections is behind it too
        var (theirs, ours) = (new List<double>(), new List<double>());
        var (delivered, relayCpu, directCpu) = (0, 0.0, 0.0);
        for (var round = 1; round <= rounds; round++)
        {
            run.Progress($"routes, round {round} of {rounds}");
            var (first, second) = (await relay.RunAsync(load.Messages, cancellationToken), await direct.RunAsync(load.Messages, cancellationToken));
            theirs.Add(load.Messages / first.Seconds);
            ours.Add(load.Messages / second.Seconds);
            delivered += first.Delivered + second.Delivered;
            relayCpu += first.CpuMicroseconds;
            directCpu += second.CpuMicroseconds;
        }

        var label = $"{load.Connections} connections, {domains} domains, {Providers} providers";
        var count = 2 * load.Messages * rounds;
        run.Report.Add("relay route", Median(theirs), "/s", label);
        run.Report.Add("direct route", Median(ours), "/s", label);
        run.Report.Add("direct ÷ relay route", Median(ours.Zip(theirs, (mine, other) => mine / other)), "", label);
        run.Report.Add("processor, relay route", 2 * relayCpu / count, "µs each", label);
        run.Report.Add("processor, direct route", 2 * directCpu / count, "µs each", label);
        run.Report.Check("routes: every message delivered", delivered == count, $"{count} sent, {delivered} delivered");
    }

    private static async Task WaitAsync(ScenarioRun run, int connections, CancellationToken cancellationToken)
    {
        var seconds = run.Quick ? 1 : 10;
        await using var sink = await SmtpSink.StartWithoutDumpAsync("-m", $"{connections + 10}", "-w", $"{seconds}");
        await using var sender = new SmtpSender(new SmtpLoad(sink.Port, connections, connections, 4_096, Pipelining: true));
        await BeginThreadsAsync(cancellationToken);
        using var watch = new FootprintWatch();
        var sent = await sender.RunAsync(connections, connections, cancellationToken);
        var label = $"{connections} connections, {seconds} s a reply";
        run.Report.Add("memory for connections that wait", watch.MegabytesMore, "MB", label, Target.AtMost(100));
        run.Report.Add("threads more than before", watch.ThreadsMore, "", label, Target.AtMost(2 * Environment.ProcessorCount));
        run.Report.Check("waiting: every message delivered", sent.Delivered == connections, $"{connections} sent, {sent.Delivered} delivered");
    }

    /// <summary>.NET's own threads begin with the first sends, however few: those are not what connections cost.</summary>
    private static async Task BeginThreadsAsync(CancellationToken cancellationToken)
    {
        await using var sink = await SmtpSink.StartWithoutDumpAsync();
        await using var sender = new SmtpSender(new SmtpLoad(sink.Port, 8, 5_000, 4_096, Pipelining: true));
        await sender.RunAsync(5_000, cancellationToken);
    }

    private static Task WarmUpAsync(SmtpSender sender, SmtpLoad load, CancellationToken cancellationToken) =>
        CompiledCode.SettleAsync(() => Task.FromResult((long)JitInfo.GetCompiledMethodCount()), () => sender.RunAsync(load.Messages, cancellationToken));

    private static double Median(IEnumerable<double> values) => new Percentiles(values).At(0.5);

    private static void RequireServers()
    {
        if ((SmtpSink.Missing ?? SmtpSource.Missing) is { } missing)
        {
            throw new TimeoutException(missing);
        }
    }
}
