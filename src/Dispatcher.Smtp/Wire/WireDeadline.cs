namespace Dispatcher.Smtp.Wire;

/// <summary>One cancellation source for a connection's life: restarted for each step, cancelled for good by <see cref="Abandon"/>.</summary>
/// <remarks>A deadline that passes ends the connection, so the source never has to be made anew: no allocation per step.</remarks>
internal sealed class WireDeadline(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, time);
    private volatile bool _abandoned;

    /// <summary>What a cancelled step means.</summary>
    public WireFault Fault => _abandoned ? WireFault.Abandoned : WireFault.TimedOut;

    public bool IsAbandoned => _abandoned;

    /// <summary>The one token of the connection's life.</summary>
    public CancellationToken Token => _source.Token;

    public CancellationToken Start(TimeSpan allowed)
    {
        _source.CancelAfter(allowed);
        return _source.Token;
    }

    public void Stop() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Called from any thread.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _source.Cancel();
    }

    public void Dispose() => _source.Dispose();
}
