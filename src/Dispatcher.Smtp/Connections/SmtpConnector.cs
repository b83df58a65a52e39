using System.Net.Sockets;
using Dispatcher.Core.Sending;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Dispatcher.Smtp.Connections;

/// <summary>Opens connections: TCP, then <see cref="SessionStart"/>. Safe for concurrent calls.</summary>
internal sealed class SmtpConnector : IConnector
{
    private readonly string _host;
    private readonly int _port;
    private readonly SessionOpener _opener;
    private readonly string _acceptedBy;
    private readonly ResiliencePipeline _connect;

    /// <param name="route">The route's name; null: there are no routes.</param>
    public SmtpConnector(SmtpOptions options, TimeProvider time, string? route = null)
    {
        _host = options.Host;
        _port = options.Port;
        _acceptedBy = route is null ? Endpoint : $"{Endpoint} ({route})";
        _opener = new SessionOpener(new SessionStart(options), options.Timeouts, time);

        // Short repeats hide a relay's restart; anything longer is the stored schedule's.
        _connect = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(options.Timeouts.Connect)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<SocketException>(),
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    public string Endpoint => $"{_host}:{_port}";

    public async ValueTask<OpenedConnection> OpenAsync(SmtpConnectionPool pool, CancellationToken abandonWork)
    {
        Socket socket;
        try
        {
            socket = await _connect.ExecuteAsync(ConnectAsync, abandonWork);
        }
        catch (OperationCanceledException) when (abandonWork.IsCancellationRequested)
        {
            return OpenedConnection.Failed(Outcomes.Interrupted("stopped while connecting"));
        }
        catch (TimeoutRejectedException)
        {
            return OpenedConnection.Failed(SoonAgain(Outcomes.Unreachable($"{Endpoint}: no connection in time")));
        }
        catch (SocketException failure)
        {
            return OpenedConnection.Failed(SoonAgain(Outcomes.Unreachable($"{Endpoint}: {failure.SocketErrorCode}")));
        }

        var opened = await _opener.OpenAsync(socket, _acceptedBy, default, abandonWork);
        return new(opened.Connection, opened.Connection is null ? SoonAgain(opened.Failure) : default);
    }

    /// <summary>What our relay does says nothing about a message, which is tried again as soon as the relay is.</summary>
    private static DeliveryOutcome SoonAgain(DeliveryOutcome failure) =>
        failure.Kind == OutcomeKind.Deferred ? failure with { Uncounted = true, RetryAfter = failure.RetryAfter ?? EndpointCircuit.Break } : failure;

    private async ValueTask<Socket> ConnectAsync(CancellationToken cancellation)
    {
        // NoDelay: with Nagle's algorithm each command would wait for the delayed acknowledgement of the one before.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_host, _port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
