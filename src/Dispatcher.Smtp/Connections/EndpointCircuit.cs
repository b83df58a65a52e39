using Dispatcher.Core.Sending;
using Polly;
using Polly.CircuitBreaker;

namespace Dispatcher.Smtp.Connections;

/// <summary>
/// Stops knocking at an endpoint that does not open: after repeated failures nothing is opened for a while, then one connection tries
/// whether it is back. Safe for concurrent calls.
/// </summary>
internal sealed class EndpointCircuit
{
    /// <summary>Short, for mail goes on within ten seconds of a relay's return.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(5);

    private const int Failures = 3;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<OpenedConnection> _pipeline;
    private readonly TimeProvider _time;
    private long _openedAt; // timestamp of the last break's begin

    public EndpointCircuit(TimeProvider time)
    {
        _time = time;
        _pipeline = new ResiliencePipelineBuilder<OpenedConnection> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<OpenedConnection>
            {
                FailureRatio = 0.9,
                MinimumThroughput = Failures,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = Break,
                StateProvider = _state,
                ShouldHandle = arguments => ValueTask.FromResult(IsFailure(arguments.Outcome.Result)),
                OnOpened = _ =>
                {
                    Volatile.Write(ref _openedAt, _time.GetTimestamp());
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Knocking is allowed.</summary>
    public bool IsClosed => _state.CircuitState == CircuitState.Closed;

    /// <summary>The break is over: one connection may try.</summary>
    public bool MayProbe => Left <= TimeSpan.Zero;

    /// <summary>When to ask again, a second at least.</summary>
    public TimeSpan RetryAfter => Left < Shortest ? Shortest : Left;

    private TimeSpan Left => Break - _time.GetElapsedTime(Volatile.Read(ref _openedAt));

    /// <summary>Opens a connection, unless that is not allowed now: null.</summary>
    public async ValueTask<OpenedConnection?> OpenAsync(IConnector connector, SmtpConnectionPool pool, CancellationToken stop)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static (who, stop) => who.connector.OpenAsync(who.pool, stop), (connector, pool), stop);
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return OpenedConnection.Failed(Outcomes.Interrupted("stopped while connecting"));
        }
    }

    /// <summary>Who found its host full did not ask: that does not count, but a probe must not pass for it.</summary>
    private bool IsFailure(OpenedConnection opened) => opened.Connection is null
        && (opened.Full is null ? opened.Failure.Kind is not (OutcomeKind.Interrupted or OutcomeKind.Rejected) : !IsClosed);
}
