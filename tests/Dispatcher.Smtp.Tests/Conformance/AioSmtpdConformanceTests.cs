using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>aiosmtpd with STARTTLS, SMTPUTF8 and a password outside ASCII.</summary>
public abstract class AioSmtpdConformanceTests(AioSmtpdConformanceTests.Receiver receiver) : MailConformance(AioSmtpd.Missing)
{
    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public abstract class Receiver(string mechanism) : IMailReceiver, IAsyncLifetime
    {
        private readonly TestAuthority _authority = new();
        private SecureSettings? _settings;
        private AioSmtpd? _server;

        public int Port => _server!.Port;

        public string Domain => "example.com";

        public string UnknownUser => "unknown";

        public void Configure(SmtpOptions options) => _settings!.Apply(options, SmtpTls.Required);

        public async ValueTask InitializeAsync()
        {
            _settings = new SecureSettings(AioSmtpd.User, AioSmtpd.Password, _authority.Pem);
            _server = AioSmtpd.Missing is null ? await AioSmtpd.StartAsync(_authority.Issue("mail.test"), mechanism) : null;
        }

        public Task<string> FindAsync(string contained) => _server!.FindAsync(contained);

        public async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }

            _settings?.Dispose();
            _authority.Dispose();
        }
    }
}

public class AioSmtpdPlainConformanceTests(AioSmtpdPlainConformanceTests.PlainReceiver receiver)
    : AioSmtpdConformanceTests(receiver), IClassFixture<AioSmtpdPlainConformanceTests.PlainReceiver>
{
    public sealed class PlainReceiver() : Receiver("PLAIN");
}

public class AioSmtpdLoginConformanceTests(AioSmtpdLoginConformanceTests.LoginReceiver receiver)
    : AioSmtpdConformanceTests(receiver), IClassFixture<AioSmtpdLoginConformanceTests.LoginReceiver>
{
    public sealed class LoginReceiver() : Receiver("LOGIN");
}
