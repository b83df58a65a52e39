using System.Security.Cryptography.X509Certificates;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>chasquid as a submission server, by STARTTLS and by implicit TLS.</summary>
public abstract class ChasquidConformanceTests(ChasquidConformanceTests.Receiver receiver) : MailConformance(Chasquid.Missing)
{
    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public abstract class Receiver(SmtpTls tls) : SecureReceiver<Chasquid>(Chasquid.Missing, Chasquid.User, Chasquid.Password)
    {
        public override int Port => tls == SmtpTls.Implicit ? Server.SubmissionsPort : Server.SubmissionPort;

        public override string Domain => Chasquid.Domain;

        public override void Configure(SmtpOptions options)
        {
            // chasquid 1.11 announces PIPELINING and throws away what comes in one piece behind the final dot.
            options.Pipelining = false;
            Secure(options, tls);
        }

        public override Task<string> FindAsync(string contained) => Server.FindAsync(contained);

        protected override Task<Chasquid> StartAsync(X509Certificate2 certificate) => Chasquid.StartAsync(certificate);
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
