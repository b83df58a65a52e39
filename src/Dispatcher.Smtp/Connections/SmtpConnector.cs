using System.Net.Sockets;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Wire;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Dispatcher.Smtp.Connections;

/// <summary>Opens connections: TCP, then <see cref="SessionStart"/>. Safe for concurrent calls.</summary>
internal sealed class SmtpConnector
{
    private readonly SmtpTimeouts _timeouts;
    private readonly string _host;
    private readonly int _port;
    private readonly SessionStart _start;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _connect;

    public SmtpConnector(SmtpOptions options, TimeProvider time)
    {
        _timeouts = options.Timeouts;
        _host = options.Host;
        _port = options.Port;
        _start = new SessionStart(options);
        _time = time;

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

    /// <summary>The host and port that we talk to, for <see cref="DeliveryOutcome.AcceptedBy"/>.</summary>
    public string Endpoint => $"{_host}:{_port}";

    /// <summary>A greeted connection, or null and why not.</summary>
    public async ValueTask<(SmtpConnection? Connection, DeliveryOutcome Failure)> OpenAsync(CancellationToken abandonWork)
    {
        Socket socket;
        try
        {
            socket = await _connect.ExecuteAsync(ConnectAsync, abandonWork);
        }
        catch (OperationCanceledException) when (abandonWork.IsCancellationRequested)
        {
            return (null, Outcomes.Interrupted("stopped while connecting"));
        }
        catch (TimeoutRejectedException)
        {
            return (null, Outcomes.Unreachable($"{Endpoint}: no connection in time"));
        }
        catch (SocketException failure)
        {
            return (null, Outcomes.Unreachable($"{Endpoint}: {failure.SocketErrorCode}"));
        }

        var wire = new SmtpWire(socket, _time);
        SmtpConnection? connection = null;
        try
        {
            var (capabilities, refused) = await StartAsync(wire, abandonWork);
            connection = refused is null ? new SmtpConnection(wire, capabilities, Endpoint, _timeouts) : null;
            return (connection, refused ?? default);
        }
        finally
        {
            if (connection is null)
            {
                wire.Dispose();
            }
        }
    }

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

    private async ValueTask<(ServerCapabilities Capabilities, DeliveryOutcome? Refused)> StartAsync(
        SmtpWire wire, CancellationToken abandonWork)
    {
        await using var abandon = abandonWork.UnsafeRegister(static state => ((SmtpWire)state!).Abandon(), wire);
        return await _start.RunAsync(wire);
    }
}
