using System.Security.Cryptography.X509Certificates;
using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>Exim as an open receiver, and as a submission server by STARTTLS and by implicit TLS; always pipelined, as Exim can.</summary>
public abstract class EximConformanceTests(EximConformanceTests.Receiver receiver) : MailConformance(Exim.Missing)
{
    [Fact]
    public async Task SendAsync_EightBitAndLongestLines_ArriveByteForByte()
    {
        var body = $"{new string('x', 998)}\r\n{new string('ö', 499)}\r\n.{new string('y', 997)}\r\nнет, 否\r\n";
        var outcome = await SendAsync(Mails.Message(
            $"eva@{Exim.Domain}", "Message-ID: <eight-bit@test.example>\r\nSubject: eight bit\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body));
        var arrived = await receiver.FindAsync("eight-bit@test.example");

        Assert.Equal(OutcomeKind.Delivered, outcome.Kind);
        Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body)), arrived, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_AddressBeyondAscii_IsDelivered()
    {
        var outcome = await SendAsync(Mails.Message($"åsa@{Exim.Domain}", "Message-ID: <utf8-address@test.example>\r\nSubject: hej\r\n\r\nhej\r\n"));

        Assert.Equal(OutcomeKind.Delivered, outcome.Kind);
        Assert.Contains("utf8esmtp", await receiver.FindAsync("utf8-address@test.example"), StringComparison.Ordinal);
    }

    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    private async Task<DeliveryOutcome> SendAsync(OutgoingEmail message)
    {
        await using var transport = Mails.Transport(receiver.Port, receiver.Configure);
        return await transport.SendAsync(message, CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
    }

    public abstract class Receiver(SmtpTls tls, string? mechanism = null) : SecureReceiver<Exim>(Exim.Missing, Exim.User, Exim.Password), IMailReceiver
    {
        public override int Port => tls == SmtpTls.Implicit ? Server.SecurePort : Server.Port;

        public override string Domain => Exim.Domain;

        public string? UnknownUserCode => null;

        public override void Configure(SmtpOptions options)
        {
            if (tls != SmtpTls.None)
            {
                Secure(options, tls, mechanism);
            }
        }

        public override Task<string> FindAsync(string contained) => Server.FindAsync(contained);

        protected override Task<Exim> StartAsync(X509Certificate2 certificate) => Exim.StartAsync(certificate);
    }
}

public class EximPlainConformanceTests(EximPlainConformanceTests.PlainReceiver receiver)
    : EximConformanceTests(receiver), IClassFixture<EximPlainConformanceTests.PlainReceiver>
{
    public sealed class PlainReceiver() : Receiver(SmtpTls.None);
}

public class EximStartTlsConformanceTests(EximStartTlsConformanceTests.StartTlsReceiver receiver)
    : EximConformanceTests(receiver), IClassFixture<EximStartTlsConformanceTests.StartTlsReceiver>
{
    public sealed class StartTlsReceiver() : Receiver(SmtpTls.Required, "PLAIN");
}

public class EximImplicitTlsConformanceTests(EximImplicitTlsConformanceTests.ImplicitReceiver receiver)
    : EximConformanceTests(receiver), IClassFixture<EximImplicitTlsConformanceTests.ImplicitReceiver>
{
    public sealed class ImplicitReceiver() : Receiver(SmtpTls.Implicit, "LOGIN");
}
