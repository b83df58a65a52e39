using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

public class PostfixConformanceTests(PostfixConformanceTests.Receiver receiver)
    : MailConformance(RealPostfix.Missing), IClassFixture<PostfixConformanceTests.Receiver>
{
    protected override Task<IMailReceiver> GetReceiverAsync() => Task.FromResult<IMailReceiver>(receiver);

    public sealed class Receiver : IMailReceiver, IAsyncLifetime
    {
        private RealPostfix? _postfix;

        public int Port => _postfix!.Port;

        public string Domain => RealPostfix.Domain;

        public string UnknownUser => "unknown";

        public async ValueTask InitializeAsync() => _postfix = RealPostfix.Missing is null ? await RealPostfix.StartAsync() : null;

        public Task<string> FindAsync(string contained) => _postfix!.FindAsync(contained);

        public ValueTask DisposeAsync() => _postfix?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
