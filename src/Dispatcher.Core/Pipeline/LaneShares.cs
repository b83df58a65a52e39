namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Shares the pipeline's credits between the claimers of several lanes by the weight that is active in each: start-time fair queueing again,
/// with lanes for flows. The claimer that waits with the least tag gets the next credits, its tag grows by what it claimed / weight. Safe
/// for concurrent use.
/// </summary>
internal sealed class LaneShares(Credits credits, int lanes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<Waiter> _waiters = [];
    private readonly double[] _tags = new double[lanes];
    private double _virtualTime;

    private sealed class Waiter(int lane)
    {
        public int Lane { get; } = lane;

        /// <summary>Credits that another claimer took for this one; 0: still waiting.</summary>
        public int Granted { get; set; }
    }

    public async ValueTask<int> TakeAsync(int lane, int most, CancellationToken cancellationToken)
    {
        if (lanes == 1)
        {
            return await credits.TakeAsync(most, cancellationToken).ConfigureAwait(false);
        }

        var waiter = new Waiter(lane);
        lock (_gate)
        {
            _tags[lane] = Math.Max(_tags[lane], _virtualTime);
            _waiters.Add(waiter);
        }

        try
        {
            while (true)
            {
                await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    if (Granted(waiter) is var had and > 0)
                    {
                        return had;
                    }

                    Grant(await credits.TakeAsync(most, cancellationToken).ConfigureAwait(false));
                    if (Granted(waiter) is var got and > 0)
                    {
                        return got;
                    }
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }

            credits.Return(Granted(waiter));
            throw;
        }
    }

    /// <summary>What a lane did with its credits.</summary>
    public void Claimed(int lane, int count, double activeWeight)
    {
        if (lanes > 1 && count > 0)
        {
            lock (_gate)
            {
                _tags[lane] += count / Math.Max(activeWeight, 0.01);
            }
        }
    }

    public void Dispose() => _turn.Dispose();

    private int Granted(Waiter waiter)
    {
        lock (_gate)
        {
            return waiter.Granted;
        }
    }

    private void Grant(int count)
    {
        lock (_gate)
        {
            var first = _waiters.MinBy(w => _tags[w.Lane])!;
            _waiters.Remove(first);
            first.Granted = count;
            _virtualTime = Math.Max(_virtualTime, _tags[first.Lane]);
        }
    }
}
