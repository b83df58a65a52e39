using System.Text;
using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Smtp.Tests.Conformance;

public class SimulatorConformanceTests(SimulatorConformanceTests.Receiver receiver)
    : MailConformance(missing: null), IClassFixture<SimulatorConformanceTests.Receiver>
{
    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public sealed class Receiver : IMailReceiver, IAsyncLifetime
    {
        private readonly SmtpSimulator _simulator = new(new() { Memory = SmtpSimulatorMemory.Content }, TimeProvider.System);

        public int Port => _simulator.Port;

        public string Domain => "example.com";

        public string UnknownUser => "bounce";

        public async ValueTask InitializeAsync() => await _simulator.StartAsync();

        public Task<string> FindAsync(string contained) => Eventually.GetAsync(
            () => Task.FromResult(_simulator.Messages.Select(message => Encoding.Latin1.GetString(message.Content.Span))
                .FirstOrDefault(text => text.Contains(contained, StringComparison.Ordinal))),
            Mails.Limit,
            contained);

        public ValueTask DisposeAsync() => _simulator.DisposeAsync();
    }
}
