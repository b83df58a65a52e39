using System.CommandLine;
using System.Text;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.Smtp;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Smtp.Mime;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>What checking and writing one message costs, apart from queue and wire.</summary>
internal sealed class MicroScenario : Scenario
{
    private const string Sender = "acme.example";

    private readonly Option<int?> _messages = Number("--messages", "Messages in each of the 31 batches. Default 20,000; quick 200.");

    public override string Name => "micro";

    public override string Summary => "Time and memory to check and to write one message.";

    public override string Story => """
        One thread writes the shipped template, two parts, again and again: in plain ASCII (7bit), in Swedish (quoted-printable), mostly in
        Russian (base64), and signed by a key of 2048 bits. Time is this process' CPU time, the median of 31 batches. Memory is what the thread allocated for a
        message, less the message itself. Gathering an invitation's values is measured apart, and so are
        all checks of an invitation that passes (the verdict of SPF is held) and a look-up among the throw-away domains.
        """;

    public override IReadOnlyList<string> Examples => ["micro", "micro --messages 100000 --json"];

    public override IReadOnlyList<Option> Options => [_messages];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var messages = run.Setting(_messages, 20_000, 200);
        await run.BeginAsync(null);

        // 1. By transfer encoding.
        var composer = new MimeComposer();
        foreach (var sample in MessageSample.All)
        {
            var content = composer.Compose(sample.Draft);
            var size = content.Length;
            var text = Encoding.ASCII.GetString(content.Span);
            run.Report.Check($"message, {sample.Encoding}", text.Contains($"Content-Transfer-Encoding: {sample.Encoding}\r\n", StringComparison.Ordinal), $"{size} octets");
            var (micros, bytes) = CpuTime.Measure(messages, () => composer.Compose(sample.Draft).Length, cancellationToken);
            run.Report.Add("compose", micros, "µs", $"{sample.Encoding}, {size:N0} octets", sample.Encoding == "base64" ? null : Target.AtMost(5));
            run.Report.Add("allocated beyond the message", bytes - ArraySize(size), "B", sample.Encoding, Target.AtMost(0));
        }

        // 2. What comes before.
        var (gather, gathered) = CpuTime.Measure(messages, () => MessageSample.All[0].CreateDraft().MessageId.Length, cancellationToken);
        run.Report.Add("gather values", gather, "µs");
        run.Report.Add("gather values", gathered, "B");

        // 3. Checks, by the invitation and by the look-up.
        using var checks = new CheckSample();
        run.Report.Check("checks pass", checks.Passes(), $"SPF from its cache");
        var (check, checkBytes) = CpuTime.Measure(messages, checks.Run, cancellationToken);
        run.Report.Add("all checks", check, "µs", "warm caches", Target.AtMost(3));
        run.Report.Add("all checks", checkBytes, "B", "warm caches", Target.AtMost(200));
        var (lookUp, lookUpBytes) = CpuTime.Measure(messages * 10, checks.LookUp, cancellationToken);
        run.Report.Add("throw-away domain", lookUp * 1_000, "ns", "look-up", Target.AtMost(100));
        run.Report.Add("throw-away domain", lookUpBytes, "B", "look-up", Target.AtMost(0));

        // 4. Signed.
        using var folder = new TempFolder();
        var signer = Signer(folder);
        var signed = signer.Compose(MessageSample.All[0].Draft).Length;
        run.Report.Check("message, signed", signed > composer.Compose(MessageSample.All[0].Draft).Length, $"{signed} octets");
        var (signing, beside) = CpuTime.Measure(Math.Max(1, messages / 200), () => signer.Compose(MessageSample.All[0].Draft).Length, cancellationToken);
        run.Report.Add("compose and sign", signing, "µs", "rsa-2048");
        run.Report.Add("allocated beyond the message", beside - ArraySize(signed), "B", "rsa-2048");
        run.Report.Note("'openssl speed rsa2048' says what one signature costs on this machine: signing can't be faster.");
    }

    private static MimeComposer Signer(TempFolder folder)
    {
        var keys = new DkimKeyStore(folder.Path);
        keys.Create(Sender, "load", 2048, out _);
        keys.Use(Sender, "load", TimeProvider.System, out _);
        var options = Microsoft.Extensions.Options.Options.Create(new SmtpOptions { Dkim = new DkimOptions { Path = folder.Path } });
        return new MimeComposer(new DkimKeyRing(options, TimeProvider.System, NullLogger<DkimKeyRing>.Instance));
    }

    // Method table, length and padding before the octets on 64 bits, and an end at a multiple of 8.
    private static int ArraySize(int length) => (length + 16 + 8 + 7) / 8 * 8;
}
