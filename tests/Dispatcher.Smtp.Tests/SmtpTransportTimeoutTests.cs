using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;
using Microsoft.Extensions.Time.Testing;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests;

/// <summary>Each step has the limit that its setting says, and no other.</summary>
public class SmtpTransportTimeoutTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AllOthers = TimeSpan.FromHours(1);

    // Where the server falls silent, whose setting ends it, and what is said of it.
    private static readonly Dictionary<string, (SmtpScript Until, string Setting, string Text)> Steps = new(
        [.. StepsOf("", SmtpScript.Greeted), .. StepsOf("pipelined, ", SmtpScript.GreetedPipelining())])
    {
        ["greeting"] = (SmtpScript.Empty, nameof(SmtpTimeouts.Greeting), "at greeting"),
        ["EHLO"] = (SmtpScript.Empty.Send("220 hi\r\n").Read(), nameof(SmtpTimeouts.Command), "at EHLO"),
        ["HELO"] = (SmtpScript.Empty.Send("220 hi\r\n").Answer("500 what?\r\n").Read(), nameof(SmtpTimeouts.Command), "at EHLO"),
    };

    public static TheoryData<string> StepNames => [.. Steps.Keys];

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_PeerIsSilent_EndsByTheLimitOfTheStep(string step)
    {
        var time = new FakeTimeProvider();
        var silent = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(Steps[step].Until.Signal(silent).Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Timeouts = Only(Steps[step].Setting), time);

        var sending = transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask();
        await silent.Task.WaitAsync(Mails.Limit);
        time.Advance(StepLimit - Second);
        var early = await IsOverAsync(sending);
        time.Advance(Second);
        if (!await IsOverAsync(sending))
        {
            // The words were out before the time moved, but the wait for their answer may have begun after it.
            time.Advance(StepLimit - Second);
        }

        var outcome = await sending.WaitAsync(Mails.Limit);
        Assert.Equal((false, "no answer in time " + Steps[step].Text), (early, outcome.Text));
        Assert.Equal(step.EndsWith("the dot", StringComparison.Ordinal) ? Uncertain : Deferred, outcome.Kind);
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

    // A cancelled wait ends on another thread, a moment after the time was moved.
    private static async Task<bool> IsOverAsync(Task sending) =>
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken)) == sending;
}
