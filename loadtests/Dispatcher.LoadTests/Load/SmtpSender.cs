using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dispatcher.LoadTests.Load;

/// <summary>Sends messages again and again by a transport of the product, with as many callers as the worker has: two a connection.</summary>
internal sealed class SmtpSender : IAsyncDisposable
{
    private readonly ISmtpTransport _transport;
    private readonly OutgoingEmail[] _messages;

    /// <param name="transport">Owned from here on, if it can be disposed.</param>
    /// <param name="body">Size of a message's content.</param>
    /// <param name="domains">The recipients', in turn.</param>
    public SmtpSender(ISmtpTransport transport, int body, params IEnumerable<string> domains)
    {
        _transport = transport;
        var content = Content(body);
        _messages = [.. domains.Select(domain => new OutgoingEmail
        {
            EnvelopeFrom = "from@example.com",
            EnvelopeTo = "eva@" + domain,
            Content = content,
            MessageId = "loadtest@example.com",
            Permit = new Always(),
        })];
    }

    /// <summary>One message to the sink of <paramref name="load"/>, as to a relay.</summary>
    public SmtpSender(SmtpLoad load)
        : this(Transport(load), load.Body, "example.com")
    {
    }

    private static SmtpTransport Transport(SmtpLoad load)
    {
        var options = new SmtpOptions
        {
            Port = load.Port,
            Connections = load.Connections,
            EhloName = "loadtest.example.com",
            MessagesPerConnection = 100_000,
            Pipelining = load.Pipelining,
        };
        return new SmtpTransport(Options.Create(options), TimeProvider.System, NullLogger<SmtpTransport>.Instance);
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
            while (Interlocked.Increment(ref begun) is var number && number <= messages)
            {
                var outcome = await _transport.SendAsync(_messages[number % _messages.Length], cancellationToken);
                Interlocked.Add(ref delivered, outcome.Kind == OutcomeKind.Delivered ? 1 : 0);
            }
        }
    }

    /// <summary>A message of one header and as many lines as the size needs.</summary>
    public static byte[] Content(int size)
    {
        var content = new StringBuilder("Subject: load\r\n\r\n", size + 80);
        while (content.Length < size)
        {
            content.Append('x', 70).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(content.ToString());
    }

    public ValueTask DisposeAsync() => _transport is IAsyncDisposable owned ? owned.DisposeAsync() : ValueTask.CompletedTask;

    private sealed class Always : ISendPermit
    {
        public bool MayFinish => true;
    }
}

/// <summary>What a round came to.</summary>
internal sealed record SmtpSent(int Delivered, double Seconds, double CpuMicroseconds, double AllocatedBytes);
