using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>OpenSMTPD, which knows no PIPELINING: whatever the setting, each command waits for its reply.</summary>
public class OpenSmtpdConformanceTests(OpenSmtpdConformanceTests.Receiver receiver)
    : MailConformance(OpenSmtpd.Missing, OpenSmtpd.Forbidden), IClassFixture<OpenSmtpdConformanceTests.Receiver>
{
    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public sealed class Receiver : IMailReceiver, IAsyncLifetime
    {
        private OpenSmtpd? _server;

        public int Port => _server!.Port;

        public string Domain => OpenSmtpd.Domain;

        public string UnknownUser => "unknown";

        public string? UnknownUserCode => null;

        public async ValueTask InitializeAsync() =>
            _server = OpenSmtpd.Missing is null && OpenSmtpd.Forbidden is null ? await OpenSmtpd.StartAsync() : null;

        public Task<string> FindAsync(string contained) => _server!.FindAsync(contained);

        public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
