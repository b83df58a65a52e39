namespace Dispatcher.Smtp.Wire;

/// <summary>One cancellation token for a connection's life: a deadline for each step, and cancelled for good by <see cref="Abandon"/>.</summary>
/// <remarks>
/// A deadline that passes ends the connection, so the source never has to be made anew. Steps begin and end many thousand times a second
/// while deadlines are minutes away: the timer is not moved with them, but looks at the present deadline when it fires.
/// </remarks>
internal sealed class WireDeadline(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _gate = new();
    private ITimer? _timer; // these under _gate
    private long _due = long.MaxValue; // timestamp; MaxValue: no step in progress
    private long _firesAt = long.MaxValue;
    private bool _disposed;
    private volatile bool _abandoned;

    /// <summary>What a cancelled step means.</summary>
    public WireFault Fault => _abandoned ? WireFault.Abandoned : WireFault.TimedOut;

    public bool IsAbandoned => _abandoned;

    /// <summary>The one token of the connection's life.</summary>
    public CancellationToken Token => _source.Token;

    public CancellationToken Start(TimeSpan allowed)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            _due = now + (long)(allowed.TotalSeconds * time.TimestampFrequency);
            if (_due < _firesAt && !_disposed)
            {
                Arm_NeedsLock(allowed);
            }
        }

        return _source.Token;
    }

    public void Stop()
    {
        lock (_gate)
        {
            _due = long.MaxValue;
        }
    }

    /// <summary>Called from any thread, which is not kept: the step ends on another one.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _ = _source.CancelAsync();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Arm_NeedsLock(TimeSpan wait)
    {
        _firesAt = _due;
        _timer ??= time.CreateTimer(static self => ((WireDeadline)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        lock (_gate)
        {
            _firesAt = long.MaxValue;
            var left = _due == long.MaxValue || _disposed ? long.MaxValue : _due - time.GetTimestamp();
            if (left == long.MaxValue)
            {
                return;
            }

            if (left > 0)
            {
                // At least a millisecond, or a clock that is a little ahead would make it spin.
                Arm_NeedsLock(TimeSpan.FromSeconds(Math.Max((double)left / time.TimestampFrequency, 0.001)));
                return;
            }
        }

        // The source holds no timer and no handle of its own, so it is never disposed and may be cancelled at any time.
        _source.Cancel();
    }
}
