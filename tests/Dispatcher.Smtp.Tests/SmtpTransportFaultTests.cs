using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Time.Testing;
using static Dispatcher.Core.Sending.OutcomeKind;
using static Dispatcher.Core.Sending.OutcomeScope;

namespace Dispatcher.Smtp.Tests;

/// <summary>What comes of a peer that stops, resets, stalls or talks nonsense, at every step.</summary>
public class SmtpTransportFaultTests
{
    private static readonly SmtpScript Rcpt = SmtpScript.Greeted.Answer("250 ok\r\n");

    private static readonly Dictionary<string, (SmtpScript Before, OutcomeKind Kind, OutcomeScope Scope)> Steps = new(
        [.. StepsOf("", SmtpScript.Greeted), .. StepsOf("pipelined, ", SmtpScript.GreetedPipelining())])
    {
        ["greeting"] = (SmtpScript.Empty, Deferred, Endpoint),
        ["EHLO"] = (SmtpScript.Empty.Send("220 hi\r\n").Read(), Deferred, Endpoint),
    };

    public static TheoryData<string> StepNames => [.. Steps.Keys];

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_PeerCloses_EndsAsTheStepSays(string step)
    {
        await using var server = ScriptedSmtpServer.Start(Steps[step].Before);

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Steps[step].Kind, Steps[step].Scope), (outcome.Kind, outcome.Scope));
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_PeerResets_EndsAsTheStepSays(string step)
    {
        await using var server = ScriptedSmtpServer.Start(Steps[step].Before.Reset());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Steps[step].Kind, Steps[step].Scope), (outcome.Kind, outcome.Scope));
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_PeerEndsItsSideOnly_EndsAsTheStepSays(string step)
    {
        await using var server = ScriptedSmtpServer.Start(Steps[step].Before.EndSending().Hang());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Steps[step].Kind, Steps[step].Scope), (outcome.Kind, outcome.Scope));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task SendAsync_PeerEndsItsSideWithinTheContent_IsDeferredWithoutADot()
    {
        // The sockets' buffers hold less than the content: the end is there before its last block.
        var content = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 70_000));
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptEnvelope().Read().EndSending().Drain());

        var outcome = await Mails.SendAsync(server.Port, Mails.Message(content: content));

        Assert.Equal((Deferred, Connection, "connection lost at DATA"), (outcome.Kind, outcome.Scope, outcome.Text));
    }

    [Fact]
    public async Task SendAsync_PeerEndedItsSideOfAKeptConnection_GoesToAnotherOne()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().EndSending().Hang(), SmtpScript.Greeted.AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 1);

        var first = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        var second = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Delivered, Delivered, 2), (first.Kind, second.Kind, server.Connections));
        Assert.Equal(2, server.Lines.Count(line => line == "."));
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_PeerTalksNonsense_EndsAsTheStepSays(string step)
    {
        await using var server = ScriptedSmtpServer.Start(Steps[step].Before.Send("\u0000\u0001 what? 250\r\n").Hang());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Steps[step].Kind, Steps[step].Scope), (outcome.Kind, outcome.Scope));
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_PeerFloods_EndsAsTheStepSays(string step)
    {
        await using var server = ScriptedSmtpServer.Start(Steps[step].Before.Send("250-" + new string('x', 200_000)).Hang());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Steps[step].Kind, Steps[step].Scope), (outcome.Kind, outcome.Scope));
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_PeerIsSilentUntilTheTimeout_EndsAsTheStepSays(string step)
    {
        var time = new FakeTimeProvider();
        var silent = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(Steps[step].Before.Signal(silent).Hang());
        await using var transport = Mails.Transport(server.Port, time: time);

        var sending = transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask();
        await silent.Task.WaitAsync(Mails.Limit);
        await AdvanceUntilDoneAsync(time, sending);

        Assert.Equal((Steps[step].Kind, Steps[step].Scope), ((await sending).Kind, (await sending).Scope));
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_AbandonedWhileThePeerIsSilent_IsInterruptedBeforeTheDotOnly(string step)
    {
        var silent = new TaskCompletionSource();
        using var abandonWork = new CancellationTokenSource();
        await using var server = ScriptedSmtpServer.Start(Steps[step].Before.Signal(silent).Hang());
        await using var transport = Mails.Transport(server.Port);

        var sending = transport.SendAsync(Mails.Message(), abandonWork.Token).AsTask();
        await silent.Task.WaitAsync(Mails.Limit);
        await abandonWork.CancelAsync();
        var outcome = await sending.WaitAsync(Mails.Limit);

        Assert.Equal(step.EndsWith("after dot", StringComparison.Ordinal) ? Uncertain : Interrupted, outcome.Kind);
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_421_IsDeferredForTheConnection(string step)
    {
        await using var server = ScriptedSmtpServer.Start(Steps[step].Before.Send("421 4.3.2 shutting down\r\n"));

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Deferred, Connection, 421, "4.3.2"), (outcome.Kind, outcome.Scope, outcome.ReplyCode, outcome.EnhancedCode));
    }

    [Fact]
    public async Task SendAsync_EveryReplyByteByByte_Delivers()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty
            .SendByteByByte("220-hello\r\n220 ready\r\n").Read().SendByteByByte("250-hi\r\n250 SIZE 10000\r\n")
            .Read().SendByteByByte("250 ok\r\n").Read().SendByteByByte("250-2.1.5 ok\r\n250 2.1.5 really\r\n").Read().SendByteByByte("354 go\r\n")
            .ReadContent().SendByteByByte("250 2.0.0 taken\r\n"));

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Delivered, "250 2.0.0 taken"), (outcome.Kind, outcome.Text));
    }

    [Fact]
    public async Task SendAsync_NobodyListens_IsDeferredForTheEndpoint()
    {
        var outcome = await Mails.SendAsync(FreePort.Find());

        Assert.Equal((Deferred, Endpoint), (outcome.Kind, outcome.Scope));
        Assert.Contains("ConnectionRefused", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_ServerRefusesInTheGreeting_IsDeferredForTheEndpoint()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty.Send("554 5.7.1 not you\r\n").Hang());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Deferred, Endpoint, 554), (outcome.Kind, outcome.Scope, outcome.ReplyCode));
    }

    [Theory]
    [InlineData("354 go\r\n250 2.0.0 taken\r\n")]
    [InlineData("354 go\r\n354 go\r\n")]
    public async Task SendAsync_UnaskedReplyBeforeTheDot_IsNotTakenForTheAnswer(string replies)
    {
        await using var server = ScriptedSmtpServer.Start(Rcpt.Answer("250 ok\r\n").Answer(replies).Hang());

        var outcome = await Mails.SendAsync(server.Port);

        await server.SessionsAsync().WaitAsync(Mails.Limit);
        Assert.Equal((Deferred, Connection), (outcome.Kind, outcome.Scope));
        Assert.DoesNotContain(".", server.Lines);
    }

    [Fact]
    public async Task SendAsync_RefusedBeforeTheDot_IsTheRefusal()
    {
        await using var server = ScriptedSmtpServer.Start(Rcpt.Answer("250 ok\r\n").Answer("354 go\r\n552 5.3.4 too big\r\n").Hang());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Rejected, Status.Rejected, "552 5.3.4 too big"), (outcome.Kind, outcome.Status, outcome.Text));
    }

    [Fact]
    public async Task SendAsync_NotPermittedToFinish_WritesNoDot()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptEnvelope().Hang(), SmtpScript.Greeted.AcceptMessage());
        await using var transport = Mails.Transport(server.Port);

        var refused = await transport.SendAsync(Mails.Message(mayFinish: () => false), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        var next = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Interrupted, Delivered), (refused.Kind, next.Kind));
        Assert.Single(server.Lines, ".");
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task SendAsync_LargeContentNotPermitted_WithholdsItsLastBlock()
    {
        var content = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 5_000)) + "the end\r\n";
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptEnvelope().ReadContent());

        var outcome = await Mails.SendAsync(server.Port, Mails.Message(content: content, mayFinish: () => false));

        await server.SessionsAsync().WaitAsync(Mails.Limit);
        Assert.Equal(Interrupted, outcome.Kind);
        Assert.DoesNotContain("the end", server.Lines);
        Assert.DoesNotContain(".", server.Lines);
    }

    [Fact]
    public async Task SendAsync_PermitThrows_LeavesNothingHalfSaid()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptEnvelope().Hang(), SmtpScript.Greeted.AcceptMessage());
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 1);

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await transport.SendAsync(Mails.Message(mayFinish: () => throw new InvalidOperationException()), CancellationToken.None));
        var next = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Delivered, 2), (next.Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_AlreadyAbandoned_IsInterruptedWithoutConnecting()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty);
        await using var transport = Mails.Transport(server.Port);

        var outcome = await transport.SendAsync(Mails.Message(), new CancellationToken(canceled: true));

        Assert.Equal((Interrupted, 0), (outcome.Kind, server.Connections));
    }

    private static IEnumerable<KeyValuePair<string, (SmtpScript Before, OutcomeKind Kind, OutcomeScope Scope)>> StepsOf(string prefix, SmtpScript greeted)
    {
        var rcpt = greeted.Answer("250 ok\r\n");
        yield return new(prefix + "MAIL", (greeted.Read(), Deferred, Connection));
        yield return new(prefix + "RCPT", (rcpt.Read(), Deferred, Connection));
        yield return new(prefix + "DATA", (rcpt.Answer("250 ok\r\n").Read(), Deferred, Connection));
        yield return new(prefix + "after dot", (greeted.AcceptEnvelope().ReadContent(), Uncertain, Connection));
    }

    // The client may still be on its way to the wait that is to end, so time moves on until it has.
    private static async Task AdvanceUntilDoneAsync(FakeTimeProvider time, Task sending)
    {
        using var deadline = new CancellationTokenSource(Mails.Limit);
        while (!sending.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMinutes(11));
            await Task.Yield();
        }
    }
}
