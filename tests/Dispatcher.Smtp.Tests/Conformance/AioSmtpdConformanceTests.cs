using System.Security.Cryptography.X509Certificates;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>aiosmtpd with STARTTLS, SMTPUTF8 and a password outside ASCII.</summary>
public abstract class AioSmtpdConformanceTests(AioSmtpdConformanceTests.Receiver receiver) : MailConformance(AioSmtpd.Missing)
{
    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public abstract class Receiver(string mechanism) : SecureReceiver<AioSmtpd>(AioSmtpd.Missing, AioSmtpd.User, AioSmtpd.Password)
    {
        public override int Port => Server.Port;

        public override string Domain => "example.com";

        public override void Configure(SmtpOptions options) => Secure(options, SmtpTls.Required);

        public override Task<string> FindAsync(string contained) => Server.FindAsync(contained);

        protected override Task<AioSmtpd> StartAsync(X509Certificate2 certificate) => AioSmtpd.StartAsync(certificate, mechanism);
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
