using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>Exim's STARTTLS, which is GnuTLS: who is trusted, what is spoken, and what a wrong password is.</summary>
public class EximTlsTests(EximTlsTests.Secured exim) : IClassFixture<EximTlsTests.Secured>
{
    [Theory]
    [InlineData("1.2")]
    [InlineData("1.3")]
    public async Task SendAsync_CertificateOfATrustedAuthority_Delivers(string minimum)
    {
        var outcome = await SendAsync($"trusted {minimum}", options => options.MinTls = minimum);

        Assert.Equal(OutcomeKind.Delivered, outcome.Kind);
        Assert.Contains("P=esmtpsa X=TLS1.3", exim.Server.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_CertificateForAnotherName_IsDeferredAndNothingIsSaid()
    {
        var outcome = await SendAsync("other name", options => options.TlsName = "other.test");

        await AssertRefusedAsync("other name", outcome);
    }

    [Fact]
    public async Task SendAsync_AuthorityNotTrusted_IsDeferredAndNothingIsSaid()
    {
        var outcome = await SendAsync("not trusted", options => options.CaFile = null);

        await AssertRefusedAsync("not trusted", outcome);
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task SendAsync_WrongPassword_IsDeferredForTheEndpoint(string mechanism)
    {
        var outcome = await SendAsync("wrong password", options =>
        {
            options.AuthMechanism = mechanism;
            File.WriteAllText(options.PasswordFile!, "wrong");
        });

        Assert.Equal((OutcomeKind.Deferred, OutcomeScope.Endpoint, 535), (outcome.Kind, outcome.Scope, outcome.ReplyCode));
        Assert.Equal($"login by {mechanism} refused: 535 Incorrect authentication data", outcome.Text);
    }

    private async Task AssertRefusedAsync(string subject, DeliveryOutcome outcome)
    {
        Assert.Equal((OutcomeKind.Deferred, OutcomeScope.Endpoint, "tls-required"), (outcome.Kind, outcome.Scope, outcome.Reason));
        Assert.DoesNotContain(await exim.Server.ReadAllAsync(), mail => mail.Contains(subject, StringComparison.Ordinal));
    }

    private async Task<DeliveryOutcome> SendAsync(string subject, Action<SmtpOptions> configure)
    {
        Peers.Require(Exim.Missing);
        using var settings = exim.Settings();
        await using var transport = Mails.Transport(exim.Server.Port, options =>
        {
            settings.Apply(options, SmtpTls.Required);
            configure(options);
        });
        return await transport.SendAsync(Mails.Message($"eva@{Exim.Domain}", $"Subject: {subject}\r\n\r\nhello\r\n"), CancellationToken.None)
            .AsTask().WaitAsync(Mails.Limit);
    }

    public sealed class Secured : IAsyncLifetime
    {
        private readonly TestAuthority _authority = new();
        private Exim? _server;

        public Exim Server => _server!;

        public async ValueTask InitializeAsync() =>
            _server = Exim.Missing is null ? await Exim.StartAsync(_authority.Issue("mail.test")) : null;

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }

            _authority.Dispose();
        }

        internal SecureSettings Settings() => new(Exim.User, Exim.Password, _authority.Pem);
    }
}
