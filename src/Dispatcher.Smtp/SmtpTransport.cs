using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp;

/// <summary>Sends messages to the relay of <see cref="SmtpOptions"/> over kept connections.</summary>
/// <remarks>
/// Safe for concurrent calls: up to <see cref="Capacity"/> are on the wire at once; of the others each connection says one envelope ahead,
/// the rest waits. A caller goes on where its connection reads replies, so it must not block there. Disposing it says goodbye to idle connections; messages on the wire end by
/// themselves, those that wait for a connection end as interrupted.
/// </remarks>
public sealed class SmtpTransport : ISmtpTransport, IAsyncDisposable
{
    private readonly SmtpConnectionPool _pool;

    public SmtpTransport(IOptions<SmtpOptions> options, TimeProvider time, ILogger<SmtpTransport> logger)
    {
        var settings = options.Value;
        Capacity = settings.Connections;
        _pool = new SmtpConnectionPool(new SmtpConnector(settings, time), PoolLimits.Of(settings), time, logger);
    }

    public int Capacity { get; }

    public ValueTask<DeliveryOutcome> SendAsync(OutgoingEmail message, CancellationToken abandonWork) =>
        Envelope.TryCreate(message, out var envelope, out var refusal)
            ? _pool.SendAsync(envelope, message.Permit, abandonWork)
            : new(refusal);

    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}
