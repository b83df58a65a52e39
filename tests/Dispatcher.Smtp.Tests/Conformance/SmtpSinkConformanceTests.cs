using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>A sink takes everyone or refuses everyone, so the unknown user is tested on a second one.</summary>
public class SmtpSinkConformanceTests(SmtpSinkConformanceTests.Receiver receiver)
    : MailConformance(SmtpSink.Missing), IClassFixture<SmtpSinkConformanceTests.Receiver>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public override async Task SendAsync_UnknownUser_IsInvalidRecipientAndTheConnectionGoesOn(bool pipelining)
    {
        await using var refusing = await SmtpSink.StartAsync("-f", "RCPT", "-B", "550 5.1.1 unknown");
        await using var transport = Mails.Transport(refusing.Port, options => (options.Connections, options.Pipelining) = (1, pipelining));

        for (var i = 0; i < 2; i++)
        {
            var outcome = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

            Assert.Equal((OutcomeKind.Rejected, Status.InvalidRecipient, "5.1.1"), (outcome.Kind, outcome.Status, outcome.EnhancedCode));
        }
    }

    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public sealed class Receiver : IMailReceiver, IAsyncLifetime
    {
        private SmtpSink? _sink;

        public int Port => _sink!.Port;

        public string Domain => "example.com";

        public string UnknownUser => "unknown";

        public async ValueTask InitializeAsync() => _sink = SmtpSink.Missing is null ? await SmtpSink.StartAsync() : null;

        public Task<string> FindAsync(string contained) => _sink!.FindAsync(contained);

        public ValueTask DisposeAsync() => _sink?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
