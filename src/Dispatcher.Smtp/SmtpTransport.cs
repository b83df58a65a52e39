using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp;

/// <summary>Sends messages to the relay of <see cref="SmtpOptions"/> over kept connections.</summary>
/// <remarks>
/// Safe for concurrent calls: up to <see cref="Capacity"/> are on the wire at once, the others wait for a connection. Disposing it says
/// goodbye to idle connections; messages under way end by themselves.
/// </remarks>
public sealed partial class SmtpTransport : ISmtpTransport, IAsyncDisposable
{
    private readonly SmtpConnector _connector;
    private readonly SmtpConnectionPool _pool;
    private readonly ILogger<SmtpTransport> _logger;
    private int _unreachable; // 1: the last connection could not be opened

    public SmtpTransport(IOptions<SmtpOptions> options, TimeProvider time, ILogger<SmtpTransport> logger)
    {
        Capacity = options.Value.Connections;
        _connector = new SmtpConnector(options.Value, time);
        _pool = new SmtpConnectionPool(options.Value, time);
        _logger = logger;
    }

    public int Capacity { get; }

    public async ValueTask<DeliveryOutcome> SendAsync(OutgoingEmail message, CancellationToken abandonWork)
    {
        if (Envelope.Create(message, out var refusal) is not { } envelope)
        {
            return refusal;
        }

        try
        {
            await _pool.EnterAsync(abandonWork);
        }
        catch (OperationCanceledException)
        {
            return Outcomes.Interrupted("stopped while waiting for a connection");
        }

        SmtpConnection? connection = null;
        try
        {
            connection = _pool.TakeIdle();
            if (connection is not null)
            {
                var outcome = await connection.SendAsync(envelope, message.Permit, abandonWork);
                if (!connection.WasStale)
                {
                    return outcome;
                }

                // The server had closed it while it was idle. Nothing of the message was said, so this is no second attempt.
                LogStale(_connector.Endpoint);
                connection.Dispose();
            }

            (connection, var failure) = await OpenAsync(abandonWork);
            return connection is null ? failure : await connection.SendAsync(envelope, message.Permit, abandonWork);
        }
        catch
        {
            // A bug of ours left the conversation at an unknown point: nothing more may be said on it.
            connection?.Dispose();
            throw;
        }
        finally
        {
            _pool.Leave(connection);
        }
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async ValueTask<(SmtpConnection? Connection, DeliveryOutcome Failure)> OpenAsync(CancellationToken abandonWork)
    {
        var opened = await _connector.OpenAsync(abandonWork);

        // One line when it begins and one when it ends: a relay that is away fails every message.
        if (opened.Connection is not null)
        {
            LogOpened(_connector.Endpoint);
            if (Interlocked.Exchange(ref _unreachable, 0) == 1)
            {
                LogReachableAgain(_connector.Endpoint);
            }
        }
        else if (opened.Failure.Kind == OutcomeKind.Deferred && Interlocked.Exchange(ref _unreachable, 1) == 0)
        {
            LogUnreachable(_connector.Endpoint, opened.Failure.Text);
        }

        return opened;
    }
}
