using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>chasquid as a submission server, by STARTTLS and by implicit TLS.</summary>
public abstract class ChasquidConformanceTests(ChasquidConformanceTests.Receiver receiver) : MailConformance(Chasquid.Missing)
{
    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public abstract class Receiver(SmtpTls tls) : IMailReceiver, IAsyncLifetime
    {
        private readonly TestAuthority _authority = new();
        private SecureSettings? _settings;
        private Chasquid? _server;

        public int Port => tls == SmtpTls.Implicit ? _server!.SubmissionsPort : _server!.SubmissionPort;

        public string Domain => Chasquid.Domain;

        public string UnknownUser => "unknown";

        public void Configure(SmtpOptions options)
        {
            // chasquid 1.11 announces PIPELINING and throws away what comes in one piece behind the final dot.
            options.Pipelining = false;
            _settings!.Apply(options, tls);
        }

        public async ValueTask InitializeAsync()
        {
            _settings = new SecureSettings(Chasquid.User, Chasquid.Password, _authority.Pem);
            _server = Chasquid.Missing is null ? await Chasquid.StartAsync(_authority.Issue("mail.test")) : null;
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

public class ChasquidStartTlsConformanceTests(ChasquidStartTlsConformanceTests.StartTlsReceiver receiver)
    : ChasquidConformanceTests(receiver), IClassFixture<ChasquidStartTlsConformanceTests.StartTlsReceiver>
{
    public sealed class StartTlsReceiver() : Receiver(SmtpTls.Required);
}

public class ChasquidImplicitTlsConformanceTests(ChasquidImplicitTlsConformanceTests.ImplicitReceiver receiver)
    : ChasquidConformanceTests(receiver), IClassFixture<ChasquidImplicitTlsConformanceTests.ImplicitReceiver>
{
    public sealed class ImplicitReceiver() : Receiver(SmtpTls.Implicit);
}
