using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.Core.Sending;
using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Tls;

/// <summary>Which certificates and versions are accepted, and what an operator reads when they are not.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("valid", "relay.test", null)]
    [InlineData("expired", "relay.test", "the certificate expired on 20")]
    [InlineData("early", "relay.test", "the certificate is valid from 20")]
    [InlineData("valid", "other.test", "the certificate is for relay.test, not for other.test")]
    [InlineData("valid", "relay.test.", null)]
    public async Task SendAsync_Certificate_IsJudged(string kind, string name, string? problem)
    {
        using var certificate = kind switch
        {
            "expired" => _authority.IssueExpired("relay.test"),
            "early" => _authority.IssueEarly("relay.test"),
            _ => _authority.Issue("relay.test"),
        };

        AssertOutcome(await SendAsync(certificate, options => options.TlsName = name), problem);
    }

    [Fact]
    public async Task SendAsync_UnknownIssuer_IsNamed()
    {
        using var certificate = _authority.Issue("relay.test");

        AssertOutcome(await SendAsync(certificate, options => options.CaFile = null), "issuer 'Test Authority' is unknown or not trusted (Smtp:CaFile");
    }

    [Fact]
    public async Task SendAsync_IssuerOfTheSameName_IsNotTrusted()
    {
        using var impostor = new TestAuthority();
        using var certificate = impostor.Issue("relay.test");

        AssertOutcome(await SendAsync(certificate), "is unknown or not trusted");
    }

    [Fact]
    public async Task SendAsync_SelfSigned_IsTrustedOnlyWhenNamed()
    {
        using var certificate = SelfSignedCertificate.Create("relay.test", TimeProvider.System);

        AssertOutcome(await SendAsync(certificate), "the certificate is self-signed and not trusted");
        AssertOutcome(await SendAsync(certificate, options => options.CaFile = Write("own.pem", certificate.ExportCertificatePem())), null);
    }

    [Fact]
    public async Task SendAsync_NameOfTheHost_IsWhatIsExpected()
    {
        using var certificate = _authority.Issue("127.0.0.1");

        AssertOutcome(await SendAsync(certificate, options => options.TlsName = null), null);
        AssertOutcome(await SendAsync(certificate), "the certificate is for 127.0.0.1, not for relay.test");
    }

    [Fact]
    public async Task SendAsync_SeveralFaults_AreAllNamed()
    {
        using var certificate = _authority.IssueExpired("relay.test");

        var outcome = await SendAsync(certificate, options => options.TlsName = "other.test");

        AssertOutcome(outcome, "expired on");
        AssertOutcome(outcome, "not for other.test");
    }

    [Fact]
    public async Task SendAsync_InvalidButAccepted_Delivers()
    {
        using var certificate = _authority.IssueExpired("elsewhere.test");

        AssertOutcome(await SendAsync(certificate, options => options.AcceptInvalidCertificates = true), null);
    }

    [Fact]
    public async Task SendAsync_CaFileRenewed_IsReadAgain()
    {
        using var next = new TestAuthority();
        using var certificate = next.Issue("relay.test");
        await using var server = ScriptedSmtpServer.Start(Script(new() { ServerCertificate = certificate }));
        await using var transport = Transport(server.Port);

        var before = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        Write("ca.pem", next.Pem);
        var after = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Deferred, Delivered), (before.Kind, after.Kind));
    }

    [Fact]
    public async Task SendAsync_CaFileGone_IsDeferredWithItsName()
    {
        using var certificate = _authority.Issue("relay.test");

        AssertOutcome(await SendAsync(certificate, options => options.CaFile = Path.Combine(_folder.Path, "none.pem")), "Smtp:CaFile: ");
    }

    // Older versions are refused by us already when we offer none of them: the server has nothing to choose from.
    [Fact]
    public async Task SendAsync_ServerHasAnOlderVersionOnly_IsDeferred()
    {
        using var certificate = _authority.Issue("relay.test");

        var outcome = await SendAsync(
            certificate, options => options.MinTls = "1.3", new() { ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls12 });

        AssertOutcome(outcome, "the TLS handshake failed");
        AssertOutcome(outcome, "Smtp:MinTls");
    }

    [Fact]
    public async Task SendAsync_Tls12_IsEnoughByDefault()
    {
        using var certificate = _authority.Issue("relay.test");

        AssertOutcome(await SendAsync(certificate, server: new() { ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls12 }), null);
    }

    [Fact]
    public async Task SendAsync_ServerAsksForACertificate_IsShownOurs()
    {
        using var certificate = _authority.Issue("relay.test");
        using var own = _authority.Issue("worker.test");
        var shown = "";

        var outcome = await SendAsync(
            certificate,
            options =>
            {
                options.ClientCertificateFile = Write("own.pem", own.ExportCertificatePem());
                options.ClientKeyFile = Write("own.key", own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            },
            new()
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, client, _, _) => (shown = client?.Subject ?? "") == "CN=worker.test",
            });

        AssertOutcome(outcome, null);
        Assert.Equal("CN=worker.test", shown);
    }

    [Fact]
    public async Task SendAsync_OnlyAnAncientServer_IsDeferred()
    {
        using var certificate = _authority.Issue("relay.test");
        var pem = Write("server.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem());
        var port = FreePort.Find();
        await using var openssl = ChildProcess.Start("/usr/bin/openssl", "s_server", "-accept", $"127.0.0.1:{port}", "-cert", pem, "-key", pem,
            "-tls1", "-cipher", "ALL:@SECLEVEL=0", "-quiet");
        await Eventually.PortOpenAsync(port, Mails.Limit, () => openssl.Output);
        await using var transport = Transport(port, options => options.Tls = SmtpTls.Implicit);

        AssertOutcome(await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit), "the TLS handshake failed");
    }

    private static void AssertOutcome(DeliveryOutcome outcome, string? problem)
    {
        if (problem is null)
        {
            Assert.Equal((Delivered, "250 2.0.0 taken"), (outcome.Kind, outcome.Text));
            return;
        }

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
        Assert.Contains(problem, outcome.Text, StringComparison.Ordinal);
    }

    private static SmtpScript Script(SslServerAuthenticationOptions options) => SmtpScript.Empty
        .Send("220 hi\r\n").Answer("250-hi\r\n250 STARTTLS\r\n").Answer("220 go\r\n").Encrypt(options).Answer("250 hi\r\n").AcceptMessage().Hang();

    private async Task<DeliveryOutcome> SendAsync(
        X509Certificate2 certificate, Action<SmtpOptions>? configure = null, SslServerAuthenticationOptions? server = null)
    {
        await using var scripted = ScriptedSmtpServer.Start(Script(server ?? new() { ServerCertificate = certificate }));
        await using var transport = Transport(scripted.Port, configure);
        return await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
    }

    private SmtpTransport Transport(int port, Action<SmtpOptions>? configure = null) => Mails.Transport(port, options =>
    {
        (options.Tls, options.TlsName) = (SmtpTls.Required, "relay.test");
        options.CaFile = Write("ca.pem", _authority.Pem);
        configure?.Invoke(options);
    });

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
