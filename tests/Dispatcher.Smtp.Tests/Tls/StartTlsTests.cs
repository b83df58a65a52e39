using System.Security.Cryptography.X509Certificates;
using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Tls;

/// <summary>STARTTLS as it should go, and every way in which someone between us and the relay could spoil it.</summary>
public sealed class StartTlsTests : IDisposable
{
    private static readonly SmtpScript Offered = SmtpScript.Empty.Send("220 hi\r\n").Answer("250-hi\r\n250-STARTTLS\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n");

    private readonly TestAuthority _authority = new();
    private readonly TempFolder _folder = new();
    private readonly X509Certificate2 _certificate;
    private readonly string _caFile;

    public StartTlsTests()
    {
        _certificate = _authority.Issue("relay.test");
        _caFile = Path.Combine(_folder.Path, "ca.pem");
        File.WriteAllText(_caFile, _authority.Pem);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task SendAsync_Offered_SaysEhloAnewAndAsksForTheName()
    {
        var name = "";
        await using var server = ScriptedSmtpServer.Start(Offered.Answer("220 go\r\n").Encrypt(_certificate).Look(session => name = session.ServerName)
            .Answer("250 hi\r\n").AcceptMessage().Hang());

        var outcome = await SendAsync(server);

        await server.SessionsAsync().WaitAsync(Mails.Limit);
        Assert.Equal((Delivered, "relay.test"), (outcome.Kind, name));
        Assert.Equal(["EHLO test.example.com", "STARTTLS", "EHLO test.example.com", "MAIL FROM:<from@example.com>"], server.Lines.Take(4));
    }

    [Fact]
    public async Task SendAsync_AnnouncedInPlainTextOnly_IsForgotten()
    {
        await using var server = ScriptedSmtpServer.Start(Offered.Answer("220 go\r\n").Encrypt(_certificate).Answer("250 hi\r\n").Hang());

        var outcome = await SendAsync(server, message: Mails.Message("évä@example.com"));

        Assert.Equal(Rejected, outcome.Kind);
        Assert.Contains("does not support SMTPUTF8", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_StrippedFromTheReply_SendsNothing()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage());

        await AssertDeferredAsync(server, "the server offers no STARTTLS, which the setting Tls requires");
        Assert.Equal(["EHLO test.example.com"], server.Lines);
    }

    [Fact]
    public async Task SendAsync_OnlyHeloIsKnown_SendsNothing()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty.Send("220 hi\r\n").Answer("502 what\r\n").Answer("250 hi\r\n").AcceptMessage());

        await AssertDeferredAsync(server, "the server offers no STARTTLS");
    }

    [Theory]
    [InlineData("454 4.7.0 TLS not available\r\n", 454)]
    [InlineData("502 5.5.1 no such command\r\n", 502)]
    [InlineData("250 fine, go on\r\n", 250)]
    public async Task SendAsync_Refused_SendsNothing(string reply, int code)
    {
        await using var server = ScriptedSmtpServer.Start(Offered.Answer(reply).AcceptMessage());

        var outcome = await AssertDeferredAsync(server, $"STARTTLS refused: {code}");
        Assert.Equal(code, outcome.ReplyCode);
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_PlainTextBehind220_ClosesTheConnection()
    {
        await using var server = ScriptedSmtpServer.Start(
            Offered.Answer("220 go\r\n250 hi\r\n250 ok\r\n250 ok\r\n").Encrypt(_certificate).Answer("250 hi\r\n").AcceptMessage());

        await AssertDeferredAsync(server, "spoke in plain text behind its reply to STARTTLS");
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_GarbageInTheHandshake_IsDeferred()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty.Send("\u0016\u0003\u0003\u0000\u0010this begins as TLS and is none\r\n").Hang());

        await AssertDeferredAsync(server, "the TLS handshake failed", options => options.Tls = SmtpTls.Implicit);
    }

    [Fact]
    public async Task SendAsync_ClosedInTheHandshake_IsDeferred()
    {
        await using var server = ScriptedSmtpServer.Start(Offered.Answer("220 go\r\n"));

        await AssertDeferredAsync(server, "the TLS handshake failed");
    }

    [Fact]
    public async Task SendAsync_HandshakeHangs_EndsByItsTimeout()
    {
        await using var server = ScriptedSmtpServer.Start(Offered.Answer("220 go\r\n").Hang());

        await AssertDeferredAsync(server, "no answer in time in the TLS handshake", options => options.Timeouts.TlsHandshake = TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task SendAsync_AbandonedInTheHandshake_IsInterrupted()
    {
        var reached = new TaskCompletionSource();
        using var abandonWork = new CancellationTokenSource();
        await using var server = ScriptedSmtpServer.Start(Offered.Answer("220 go\r\n").Signal(reached).Hang());
        await using var transport = Transport(server);

        var sending = transport.SendAsync(Mails.Message(), abandonWork.Token).AsTask();
        await reached.Task.WaitAsync(Mails.Limit);
        await abandonWork.CancelAsync();

        Assert.Equal(Interrupted, (await sending.WaitAsync(Mails.Limit)).Kind);
    }

    [Fact]
    public async Task SendAsync_EhloRefusedAfterTheHandshake_IsDeferred()
    {
        await using var server = ScriptedSmtpServer.Start(
            Offered.Answer("220 go\r\n").Encrypt(_certificate).Answer("554 5.7.1 not you\r\n").Answer("554 5.7.1 not you\r\n").Hang());

        await AssertDeferredAsync(server, "554 5.7.1 not you");
    }

    [Fact]
    public async Task SendAsync_421WhileIdle_IsSeenThroughTls()
    {
        var said = new TaskCompletionSource();
        var spoken = new TaskCompletionSource();
        var secure = Offered.Answer("220 go\r\n").Encrypt(_certificate).Answer("250 hi\r\n").AcceptMessage();
        await using var server = ScriptedSmtpServer.Start(secure.WaitFor(said.Task).Send("421 4.3.2 closing\r\n").Signal(spoken).Hang(), secure.Hang());
        await using var transport = Transport(server);

        await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        said.SetResult();
        await spoken.Task.WaitAsync(Mails.Limit);
        var second = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Delivered, 2), (second.Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_OpportunisticAndRefused_GoesOnInPlainText()
    {
        await using var server = ScriptedSmtpServer.Start(Offered.Answer("454 4.7.0 not now\r\n").AcceptMessage().Hang());

        var outcome = await SendAsync(server, options => options.Tls = SmtpTls.Opportunistic);

        Assert.Equal(Delivered, outcome.Kind);
    }

    [Fact]
    public async Task SendAsync_OpportunisticAndNotOffered_GoesOnInPlainText()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.AcceptMessage().Hang());

        var outcome = await SendAsync(server, options => options.Tls = SmtpTls.Opportunistic);

        Assert.Equal(Delivered, outcome.Kind);
    }

    [Fact]
    public async Task SendAsync_OpportunisticAndOffered_TakesAnyCertificate()
    {
        using var other = new TestAuthority();
        using var expired = other.IssueExpired("elsewhere.test");
        await using var server = ScriptedSmtpServer.Start(
            Offered.Answer("220 go\r\n").Encrypt(expired).Answer("250 hi\r\n").AcceptMessage().Hang());

        var outcome = await SendAsync(server, options => options.Tls = SmtpTls.Opportunistic);

        Assert.Equal((Delivered, "STARTTLS"), (outcome.Kind, server.Lines[1]));
    }

    [Fact]
    public async Task SendAsync_ImplicitTls_EncryptsTheGreeting()
    {
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.Empty.Encrypt(_certificate).Send("220 hi\r\n").Answer("250 hi\r\n").AcceptMessage().Hang());

        var outcome = await SendAsync(server, options => options.Tls = SmtpTls.Implicit);

        Assert.Equal(Delivered, outcome.Kind);
    }

    [Fact]
    public async Task SendAsync_ImplicitTlsToAPlainServer_SaysSo()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.Hang());

        await AssertDeferredAsync(server, "does it speak TLS on this port", options => options.Tls = SmtpTls.Implicit);
    }

    private async Task<DeliveryOutcome> AssertDeferredAsync(ScriptedSmtpServer server, string text, Action<SmtpOptions>? configure = null)
    {
        var outcome = await SendAsync(server, configure);

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
        Assert.Contains(text, outcome.Text, StringComparison.Ordinal);
        return outcome;
    }

    private async Task<DeliveryOutcome> SendAsync(ScriptedSmtpServer server, Action<SmtpOptions>? configure = null, OutgoingEmail? message = null)
    {
        await using var transport = Transport(server, configure);
        return await transport.SendAsync(message ?? Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
    }

    private SmtpTransport Transport(ScriptedSmtpServer server, Action<SmtpOptions>? configure = null) => Mails.Transport(server.Port, options =>
    {
        (options.Tls, options.TlsName, options.CaFile) = (SmtpTls.Required, "relay.test", _caFile);
        configure?.Invoke(options);
    });
}
