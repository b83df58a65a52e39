using System.Text;
using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>The simulator with a login, by STARTTLS and by implicit TLS.</summary>
public abstract class SecureSimulatorConformanceTests(SecureSimulatorConformanceTests.Receiver receiver) : MailConformance(missing: null)
{
    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public abstract class Receiver(SmtpSimulatorTls tls, string mechanism) : IMailReceiver, IAsyncLifetime
    {
        private readonly SmtpSimulator _simulator = new(
            new()
            {
                Memory = SmtpSimulatorMemory.Content,
                Tls = tls,
                CertificateName = "mail.test",
                Login = new SmtpSimulatorLogin("wor,ker=1", "secret"),
            },
            TimeProvider.System);

        private SecureSettings? _settings;

        public int Port => _simulator.Port;

        public string Domain => "example.com";

        public string UnknownUser => "bounce";

        public void Configure(SmtpOptions options) =>
            _settings!.Apply(options, tls == SmtpSimulatorTls.Implicit ? SmtpTls.Implicit : SmtpTls.Required, mechanism);

        public async ValueTask InitializeAsync()
        {
            await _simulator.StartAsync();
            _settings = new SecureSettings("wor,ker=1", "secret", _simulator.CertificatePem!);
        }

        public Task<string> FindAsync(string contained) => Eventually.GetAsync(
            () => Task.FromResult(_simulator.Messages.Select(message => Encoding.Latin1.GetString(message.Content.Span))
                .FirstOrDefault(text => text.Contains(contained, StringComparison.Ordinal))),
            Mails.Limit,
            contained);

        public async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            await _simulator.DisposeAsync();
            _settings?.Dispose();
        }
    }
}

public class StartTlsSimulatorConformanceTests(StartTlsSimulatorConformanceTests.ScramReceiver receiver)
    : SecureSimulatorConformanceTests(receiver), IClassFixture<StartTlsSimulatorConformanceTests.ScramReceiver>
{
    public sealed class ScramReceiver() : Receiver(SmtpSimulatorTls.StartTls, "SCRAM-SHA-256");
}

public class ImplicitTlsSimulatorConformanceTests(ImplicitTlsSimulatorConformanceTests.LoginReceiver receiver)
    : SecureSimulatorConformanceTests(receiver), IClassFixture<ImplicitTlsSimulatorConformanceTests.LoginReceiver>
{
    public sealed class LoginReceiver() : Receiver(SmtpSimulatorTls.Implicit, "LOGIN");
}
