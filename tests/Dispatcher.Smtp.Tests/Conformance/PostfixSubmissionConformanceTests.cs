using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>Postfix as a submission server (port 587): STARTTLS and a login are required; SCRAM-SHA-256 is the best that it offers.</summary>
public class PostfixSubmissionConformanceTests(PostfixSubmissionConformanceTests.Receiver receiver)
    : MailConformance(PostfixSecurity.Missing), IClassFixture<PostfixSubmissionConformanceTests.Receiver>
{
    [Theory]
    [InlineData("SCRAM-SHA-256", SmtpTls.Required)]
    [InlineData("SCRAM-SHA-256", SmtpTls.Implicit)]
    [InlineData("PLAIN", SmtpTls.Required)]
    [InlineData("PLAIN", SmtpTls.Implicit)]
    [InlineData("LOGIN", SmtpTls.Required)]
    [InlineData("LOGIN", SmtpTls.Implicit)]
    public async Task SendAsync_EachMechanismOnEachPort_Delivers(string mechanism, SmtpTls tls)
    {
        var outcome = await SendAsync(tls, options => options.AuthMechanism = mechanism);

        Assert.Equal((OutcomeKind.Delivered, 0), (outcome.Kind, (int)outcome.Status));
    }

    [Theory]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task SendAsync_WrongPassword_IsDeferredForTheEndpoint(string mechanism)
    {
        var outcome = await SendAsync(SmtpTls.Required, options =>
        {
            options.AuthMechanism = mechanism;
            File.WriteAllText(options.PasswordFile!, "wrong");
        });

        Assert.Equal((OutcomeKind.Deferred, OutcomeScope.Endpoint, 535), (outcome.Kind, outcome.Scope, outcome.ReplyCode));
        Assert.StartsWith($"login by {mechanism} refused: 535 5.7.8", outcome.Text, StringComparison.Ordinal);
    }

    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    private async Task<DeliveryOutcome> SendAsync(SmtpTls tls, Action<SmtpOptions> configure)
    {
        await using var transport = Mails.Transport(receiver.PortFor(tls), options =>
        {
            receiver.Configure(options);
            options.Tls = tls;
            configure(options);
        });
        return await transport.SendAsync(Mails.Message("someone@" + receiver.Domain), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
    }

    public sealed class Receiver : IMailReceiver, IAsyncLifetime
    {
        private readonly TestAuthority _authority = new();
        private readonly SecureSettings _settings;
        private readonly PostfixSecurity _security;
        private RealPostfix? _postfix;

        public Receiver()
        {
            _settings = new SecureSettings(PostfixSecurity.User, PostfixSecurity.Password, _authority.Pem);
            _security = new PostfixSecurity(_authority.Issue("mail.test"));
        }

        public int Port => _security.SubmissionPort;

        public string Domain => RealPostfix.Domain;

        public string UnknownUser => "unknown";

        public int PortFor(SmtpTls tls) => tls == SmtpTls.Implicit ? _security.SubmissionsPort : _security.SubmissionPort;

        public void Configure(SmtpOptions options) => _settings.Apply(options, SmtpTls.Required);

        public async ValueTask InitializeAsync() =>
            _postfix = PostfixSecurity.Missing is null ? await RealPostfix.StartAsync(_security) : null;

        public Task<string> FindAsync(string contained) => _postfix!.FindAsync(contained);

        public async ValueTask DisposeAsync()
        {
            if (_postfix is not null)
            {
                await _postfix.DisposeAsync();
            }

            _settings.Dispose();
            _authority.Dispose();
        }
    }
}
