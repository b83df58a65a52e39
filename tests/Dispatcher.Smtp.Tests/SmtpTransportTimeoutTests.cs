using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Time.Testing;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests;

/// <summary>Each step has the limit that its setting says, and no other.</summary>
public sealed class SmtpTransportTimeoutTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AllOthers = TimeSpan.FromHours(1);

    private static readonly SmtpScript SaysStartTls = SmtpScript.Empty.Send("220 hi\r\n").Answer("250-hello\r\n250 STARTTLS\r\n").Read();
    private static readonly SmtpScript AsksForLogin = SmtpScript.Empty.Send("220 hi\r\n").Answer("250-hello\r\n250 AUTH LOGIN\r\n").Read();

    // Where the server falls silent, whose setting ends it, and what is said of it.
    private static readonly Dictionary<string, (SmtpScript Until, string Setting, string Text)> Steps = new(
        [.. StepsOf("", SmtpScript.Greeted), .. StepsOf("pipelined, ", SmtpScript.GreetedPipelining())])
    {
        ["greeting"] = (SmtpScript.Empty, nameof(SmtpTimeouts.Greeting), "at greeting"),
        ["EHLO"] = (SmtpScript.Empty.Send("220 hi\r\n").Read(), nameof(SmtpTimeouts.Command), "at EHLO"),
        ["HELO"] = (SmtpScript.Empty.Send("220 hi\r\n").Answer("500 what?\r\n").Read(), nameof(SmtpTimeouts.Command), "at EHLO"),
        ["STARTTLS"] = (SaysStartTls, nameof(SmtpTimeouts.Command), "at STARTTLS"),
        ["TLS handshake"] = (SaysStartTls.Send("220 go\r\n"), nameof(SmtpTimeouts.TlsHandshake), "in the TLS handshake"),
        ["AUTH"] = (AsksForLogin, nameof(SmtpTimeouts.Command), "at AUTH"),
        ["AUTH, user"] = (AsksForLogin.Send("334 \r\n").Read(), nameof(SmtpTimeouts.Command), "at AUTH"),
        ["AUTH, password"] = (AsksForLogin.Send("334 \r\n").Answer("334 \r\n").Read(), nameof(SmtpTimeouts.Command), "at AUTH"),
    };

    private readonly TempFolder _folder = new();

    public SmtpTransportTimeoutTests() => File.WriteAllText(PasswordFile, "horse-battery");

    public static TheoryData<string> StepNames => [.. Steps.Keys];

    private string PasswordFile => Path.Combine(_folder.Path, "password");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_PeerIsSilent_EndsByTheLimitOfTheStep(string step)
    {
        var time = new FakeTimeProvider();
        var silent = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(Steps[step].Until.Signal(silent).Hang());
        await using var transport = Mails.Transport(
            server.Port,
            options =>
            {
                options.Timeouts = Only(Steps[step].Setting);
                options.Tls = step.Contains("TLS", StringComparison.Ordinal) ? SmtpTls.Required : SmtpTls.None;
                (options.User, options.PasswordFile, options.AllowPlainTextAuth) = step.StartsWith("AUTH", StringComparison.Ordinal) ? ("worker", PasswordFile, true) : default;
            },
            time);

        var sending = transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask();
        await silent.Task.WaitAsync(Mails.Limit);
        var early = await PassAsync(time, sending);

        var outcome = await sending.WaitAsync(Mails.Limit);
        Assert.Equal((false, "no answer in time " + Steps[step].Text), (early, outcome.Text));
        Assert.Equal(step.EndsWith("the dot", StringComparison.Ordinal) ? Uncertain : Deferred, outcome.Kind);
    }

    [Fact]
    public async Task SendAsync_PeerIsSilentAtRset_EndsByTheLimitOfACommandAndIsNotBlamedOnTheMessage()
    {
        var time = new FakeTimeProvider();
        var silent = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.Greeted.Answer("250 ok\r\n").Answer("550 5.1.1 no such user\r\n").Read().Signal(silent).Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Timeouts = Only(nameof(SmtpTimeouts.Command)), time);
        var refused = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        var sending = transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask();
        await silent.Task.WaitAsync(Mails.Limit);
        var early = await PassAsync(time, sending);

        var outcome = await sending.WaitAsync(Mails.Limit);
        Assert.Equal((Rejected, "RSET", false, Deferred), (refused.Kind, server.Lines[3], early, outcome.Kind));
        Assert.StartsWith("no answer in time", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_PeerIsSilentAtQuit_EndsByTheLimitOfIt()
    {
        var time = new FakeTimeProvider();
        var silent = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptEnvelope().ReadContent().Send("250 taken\r\n").Read().Signal(silent).Hang());
        var transport = Mails.Transport(server.Port, options => options.Timeouts = Only(nameof(SmtpTimeouts.Quit)), time);
        var sent = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        var ending = transport.DisposeAsync().AsTask();
        await silent.Task.WaitAsync(Mails.Limit);
        var early = await PassAsync(time, ending);

        await ending.WaitAsync(Mails.Limit);
        Assert.Equal((Delivered, false), (sent.Kind, early));
    }

    [Fact]
    public async Task SendAsync_PeerReadsNoMoreOfTheContent_EndsByTheLimitOfABlock()
    {
        var time = new FakeTimeProvider();
        var (silent, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptEnvelope().Signal(silent).WaitFor(never.Task));
        await using var transport = Mails.Transport(server.Port, options => options.Timeouts = Only(nameof(SmtpTimeouts.DataBlock)), time);

        var sending = transport.SendAsync(Mails.Message(content: Large()), CancellationToken.None).AsTask();
        await silent.Task.WaitAsync(Mails.Limit);
        time.Advance(StepLimit - Second);
        var early = await IsOverAsync(sending);

        // What fits into the sockets' buffers is written first, a block at a time, so the last wait may have begun late.
        var passed = StepLimit - Second;
        while (!await IsOverAsync(sending) && passed + StepLimit < AllOthers)
        {
            time.Advance(StepLimit);
            passed += StepLimit;
        }

        var outcome = await sending.WaitAsync(Mails.Limit);
        Assert.Equal((false, Deferred, "no answer in time at DATA"), (early, outcome.Kind, outcome.Text));
    }

    private static IEnumerable<KeyValuePair<string, (SmtpScript Until, string Setting, string Text)>> StepsOf(string prefix, SmtpScript greeted)
    {
        var rcpt = greeted.Answer("250 ok\r\n");
        yield return new(prefix + "MAIL", (greeted.Read(), nameof(SmtpTimeouts.Command), "at MAIL"));
        yield return new(prefix + "RCPT", (rcpt.Read(), nameof(SmtpTimeouts.Command), "at RCPT"));
        yield return new(prefix + "DATA", (rcpt.Answer("250 ok\r\n").Read(), nameof(SmtpTimeouts.Data), "at DATA"));
        yield return new(prefix + "after the dot", (greeted.AcceptEnvelope().ReadContent(), nameof(SmtpTimeouts.FinalReply), "after the final dot"));
    }

    // All others are out of reach: whoever takes a wrong one waits for too long.
    private static SmtpTimeouts Only(string setting)
    {
        var timeouts = new SmtpTimeouts();
        foreach (var property in typeof(SmtpTimeouts).GetProperties())
        {
            property.SetValue(timeouts, property.Name == setting ? StepLimit : AllOthers);
        }

        return timeouts;
    }

    // More than the sockets' buffers take where nobody reads.
    private static string Large() => string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 5_000_000 / 72));

    /// <summary>Lets a step's limit pass; whether it was over before that.</summary>
    private static async Task<bool> PassAsync(FakeTimeProvider time, Task step)
    {
        time.Advance(StepLimit - Second);
        var early = await IsOverAsync(step);
        time.Advance(Second);
        if (!await IsOverAsync(step))
        {
            // The words were out before the time moved, but the wait for their answer may have begun after it.
            time.Advance(StepLimit - Second);
        }

        return early;
    }

    // A cancelled wait ends on another thread, a moment after the time was moved.
    private static async Task<bool> IsOverAsync(Task sending) =>
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken)) == sending;
}
