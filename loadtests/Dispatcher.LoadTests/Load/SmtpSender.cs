using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dispatcher.LoadTests.Load;

/// <summary>Sends one message again and again by the product's transport, with as many callers as the worker has: two a connection.</summary>
internal sealed class SmtpSender : IAsyncDisposable
{
    private readonly SmtpTransport _transport;
    private readonly OutgoingEmail _message;

    public SmtpSender(SmtpLoad load)
    {
        var options = new SmtpOptions
        {
            Port = load.Port,
            Connections = load.Connections,
            EhloName = "loadtest.example.com",
            MessagesPerConnection = 100_000,
            Pipelining = load.Pipelining,
        };
        _transport = new SmtpTransport(Options.Create(options), TimeProvider.System, NullLogger<SmtpTransport>.Instance);
        _message = new OutgoingEmail
        {
            EnvelopeFrom = "from@example.com",
            EnvelopeTo = "eva@example.com",
            Content = Content(load.Body),
            MessageId = "loadtest@example.com",
            Permit = new Always(),
        };
    }

    public Task<SmtpSent> RunAsync(int messages, CancellationToken cancellationToken) => RunAsync(messages, 2 * _transport.Capacity, cancellationToken);

    public async Task<SmtpSent> RunAsync(int messages, int callers, CancellationToken cancellationToken)
    {
        var (begun, delivered) = (0, 0);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var elapsed = new Elapsed();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync, cancellationToken)));
        return new SmtpSent(delivered, elapsed.Seconds, elapsed.CpuMicroseconds, GC.GetTotalAllocatedBytes(precise: true) - before);

        async Task CallAsync()
        {
            while (Interlocked.Increment(ref begun) <= messages)
            {
                var outcome = await _transport.SendAsync(_message, cancellationToken);
                Interlocked.Add(ref delivered, outcome.Kind == OutcomeKind.Delivered ? 1 : 0);
            }
        }
    }

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private static byte[] Content(int size)
    {
        var content = new StringBuilder("Subject: load\r\n\r\n", size + 80);
        while (content.Length < size)
        {
            content.Append('x', 70).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(content.ToString());
    }

    private sealed class Always : ISendPermit
    {
        public bool MayFinish => true;
    }
}

/// <summary>What a round came to.</summary>
internal sealed record SmtpSent(int Delivered, double Seconds, double CpuMicroseconds, double AllocatedBytes);
