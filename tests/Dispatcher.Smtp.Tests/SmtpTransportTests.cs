using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.TestKit.Mail;
using Microsoft.Extensions.Time.Testing;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests;

/// <summary>What the client says to a server that behaves, and how it keeps connections.</summary>
public class SmtpTransportTests
{
    [Fact]
    public async Task SendAsync_PlainServer_SpeaksTheFiveCommands()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().Hang());

        var outcome = await Mails.SendAsync(server.Port);

        await server.SessionsAsync().WaitAsync(Mails.Limit);
        Assert.Equal((Delivered, $"127.0.0.1:{server.Port}"), (outcome.Kind, outcome.AcceptedBy));
        Assert.Equal(
            ["EHLO test.example.com", "MAIL FROM:<from@example.com>", "RCPT TO:<eva@example.com>", "DATA", "Subject: hello", "", "hello", ".", "QUIT"],
            server.Lines);
    }

    [Fact]
    public async Task SendAsync_ServerKnowsOnlyHelo_FallsBack()
    {
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.Empty.Send("220 old\r\n").Answer("502 what?\r\n").Answer("250 hello\r\n").AcceptMessage().Hang());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal(Delivered, outcome.Kind);
        Assert.Equal("HELO test.example.com", server.Lines[1]);
    }

    [Fact]
    public async Task SendAsync_ServerAnnouncesExtensions_UsesThoseThatAreNeeded()
    {
        await using var server = ScriptedSmtpServer.Start(Announcing("SIZE 1000", "8bitmime", "SMTPUTF8").AcceptMessage().AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port);

        await SendAsync(transport, Mails.Message());
        await SendAsync(transport, Mails.Message(to: "évä@example.com", content: "Subject: x\r\n\r\nä\r\n"));

        Assert.Contains("MAIL FROM:<from@example.com> SIZE=25", server.Lines);
        Assert.Contains("MAIL FROM:<from@example.com> SIZE=18 BODY=8BITMIME SMTPUTF8", server.Lines);
    }

    [Fact]
    public async Task SendAsync_NullSender_IsAnEmptyPath()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().Hang());

        await Mails.SendAsync(server.Port, Mails.Message(from: ""));

        Assert.Contains("MAIL FROM:<>", server.Lines);
    }

    [Fact]
    public async Task SendAsync_OverTheAnnouncedSize_IsRejectedUnsaid()
    {
        await using var server = ScriptedSmtpServer.Start(Announcing("SIZE 10").Hang());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Rejected, Status.Rejected, "too-big"), (outcome.Kind, outcome.Status, outcome.Reason));
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_AddressNeedsUtf8AndServerHasNone_IsInvalidRecipient()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.Hang());

        var outcome = await Mails.SendAsync(server.Port, Mails.Message(to: "évä@example.com"));

        Assert.Equal((Rejected, Status.InvalidRecipient, "utf8-needed"), (outcome.Kind, outcome.Status, outcome.Reason));
    }

    [Theory]
    [InlineData("bounces@example.com", "From: évä@example.com\r\n\r\nx\r\n")]
    [InlineData("bounces@example.com", "Reply-To: évä@example.com\r\n\r\nx\r\n")]
    [InlineData("évä@example.com", "Subject: x\r\n\r\nx\r\n")]
    public async Task SendAsync_AddressOfOursNeedsUtf8AndServerHasNone_IsNotTheRecipientsFault(string from, string content)
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.Hang());

        var outcome = await Mails.SendAsync(server.Port, Mails.Message(from: from, content: content));

        Assert.Equal((Rejected, Status.InvalidSenderAddress), (outcome.Kind, outcome.Status));
    }

    [Fact]
    public async Task SendAsync_EightBitContentAndServerHasNone_IsOurError()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.Hang());

        var outcome = await Mails.SendAsync(server.Port, Mails.Message(content: "Subject: x\r\n\r\nä\r\n"));

        Assert.Equal((Rejected, Status.InternalError), (outcome.Kind, outcome.Status));
    }

    [Theory]
    [InlineData("eva@example.com>\r\nRCPT TO:<olle@example.com")]
    [InlineData("eva@example.com\nDATA")]
    [InlineData("eva berg@example.com")]
    [InlineData("<eva@example.com>")]
    [InlineData("")]
    public async Task SendAsync_HostileRecipient_NeverReachesTheWire(string to)
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty);

        var outcome = await Mails.SendAsync(server.Port, Mails.Message(to));

        Assert.Equal((Rejected, Status.InvalidRecipient, 0), (outcome.Kind, outcome.Status, server.Connections));
    }

    [Fact]
    public async Task SendAsync_HostileSender_NeverReachesTheWire()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty);

        var outcome = await Mails.SendAsync(server.Port, Mails.Message(from: "a@b.example> BODY=X\r\nQUIT"));

        Assert.Equal((Rejected, Status.InvalidSenderAddress, 0), (outcome.Kind, outcome.Status, server.Connections));
    }

    [Fact]
    public async Task SendAsync_UnicodeDomain_IsSentAsALabel()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().Hang());

        await Mails.SendAsync(server.Port, Mails.Message(to: "eva@exämple.com"));

        Assert.Contains("RCPT TO:<eva@xn--exmple-cua.com>", server.Lines);
    }

    [Fact]
    public async Task SendAsync_HiddenSecondMessageInContent_StaysContent()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().Hang());

        await Mails.SendAsync(server.Port, Mails.Message(content: "Subject: x\r\n\r\na\n.\nMAIL FROM:<evil@example.com>\r.\r\n"));

        Assert.Equal(["a", "..", "MAIL FROM:<evil@example.com>", "..", "."], server.Lines.SkipWhile(line => line != "a").Take(5));
    }

    [Fact]
    public async Task SendAsync_SecondMessage_UsesTheKeptConnection()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port);

        await SendAsync(transport, Mails.Message());
        var second = await SendAsync(transport, Mails.Message());

        Assert.Equal((Delivered, 1), (second.Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_AfterARefusedRecipient_ResetsFirst()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted
            .Answer("250 ok\r\n").Answer("550 5.1.1 unknown\r\n").Answer("250 reset\r\n").AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port);

        var first = await SendAsync(transport, Mails.Message());
        var second = await SendAsync(transport, Mails.Message());

        Assert.Equal((Rejected, Status.InvalidRecipient, "550 5.1.1 unknown"), (first.Kind, first.Status, first.Text));
        Assert.Equal((Delivered, 1), (second.Kind, server.Connections));
        Assert.Equal("RSET", server.Lines[3]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("421 4.4.2 idle too long\r\n")]
    public async Task SendAsync_KeptConnectionEndsAtMail_SendsOnceOnANewOne(string goodbye)
    {
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.Greeted.AcceptMessage().Answer(goodbye), SmtpScript.Greeted.AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port);

        await SendAsync(transport, Mails.Message());
        var second = await SendAsync(transport, Mails.Message());

        Assert.Equal((Delivered, 2), (second.Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_KeptConnectionWasClosedByTheServer_IsNotUsed()
    {
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.Greeted.AcceptMessage().Send("421 4.4.2 bye\r\n"), SmtpScript.Greeted.AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port);

        await SendAsync(transport, Mails.Message());
        await server.SessionsAsync().WaitAsync(Mails.Limit);
        var second = await SendAsync(transport, Mails.Message());

        Assert.Equal((Delivered, 2), (second.Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_NewConnectionEndsAtMail_IsNotTriedAgain()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.Read());

        var outcome = await Mails.SendAsync(server.Port);

        Assert.Equal((Deferred, 1), (outcome.Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_ConnectionReachedItsCount_IsReplacedWithAGoodbye()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().AcceptMessage().Answer("221 bye\r\n"));
        await using var transport = Mails.Transport(server.Port, options => (options.MessagesPerConnection, options.Connections) = (2, 1));

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(Delivered, (await SendAsync(transport, Mails.Message())).Kind);
        }

        Assert.Equal(3, server.Connections);
        Assert.Equal(2, server.Lines.Count(line => line == "QUIT"));
    }

    [Fact]
    public async Task SendAsync_IdleTimePassed_ClosesTheConnection()
    {
        var time = new FakeTimeProvider();
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().Answer("221 bye\r\n"));
        await using var transport = Mails.Transport(server.Port, time: time);
        await SendAsync(transport, Mails.Message());

        // The connection may not be put aside yet: time moves on until it is, and has been so for long enough.
        using var deadline = new CancellationTokenSource(Mails.Limit);
        while (!server.SessionsAsync().IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        Assert.Equal("QUIT", server.Lines[^1]);
    }

    [Fact]
    public async Task SendAsync_MoreThanCapacity_WaitsForAConnection()
    {
        var reply = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.Greeted.AcceptEnvelope().ReadContent().WaitFor(reply.Task).Send("250 ok\r\n").AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 1);
        using var abandonWork = new CancellationTokenSource();

        var first = SendAsync(transport, Mails.Message());
        var second = SendAsync(transport, Mails.Message());
        var third = transport.SendAsync(Mails.Message(), abandonWork.Token).AsTask();
        await abandonWork.CancelAsync();
        var interrupted = await third.WaitAsync(Mails.Limit);
        reply.SetResult();

        Assert.Equal((1, Interrupted), (transport.Capacity, interrupted.Kind));
        Assert.Equal((Delivered, Delivered), ((await first).Kind, (await second).Kind));
        Assert.Equal(1, server.Connections);
    }

    private static Task<DeliveryOutcome> SendAsync(SmtpTransport transport, OutgoingEmail message) =>
        transport.SendAsync(message, CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

    private static SmtpScript Announcing(params string[] extensions) =>
        SmtpScript.Empty.Send("220 ready\r\n").Answer("250-hello\r\n" + string.Concat(
            extensions.Select((name, i) => $"250{(i == extensions.Length - 1 ? ' ' : '-')}{name}\r\n")));
}
