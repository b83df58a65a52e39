namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Shares the pipeline's credits between the claimers of several lanes by the weight that is active in each: start-time fair queueing again,
/// with lanes for flows. Whatever credits come, the claimer that waits with the least tag gets them, and its tag grows by what it claimed /
/// weight. One loop at a time takes credits; it runs while anybody waits. Safe for concurrent use.
/// </summary>
internal sealed class LaneShares(Credits credits, int lanes) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly List<Waiter> _waiters = [];
    private readonly double[] _tags = new double[lanes];
    private double _virtualTime;
    private bool _giving;

    private sealed record Waiter(int Lane, int Most)
    {
        public TaskCompletionSource<int> Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public async ValueTask<int> TakeAsync(int lane, int most, CancellationToken cancellationToken)
    {
        if (lanes == 1)
        {
            return await credits.TakeAsync(most, cancellationToken).ConfigureAwait(false);
        }

        var waiter = new Waiter(lane, most);
        var begins = false;
        lock (_gate)
        {
            _tags[lane] = Math.Max(_tags[lane], _virtualTime);
            _waiters.Add(waiter);
            begins = !_giving;
            _giving = true;
        }

        if (begins)
        {
            _ = GiveAsync();
        }

        await using var registration = cancellationToken.Register(() => Forget(waiter, cancellationToken)).ConfigureAwait(false);
        return await waiter.Given.Task.ConfigureAwait(false);
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

    public void Dispose()
    {
        _disposed.Cancel();
        _disposed.Dispose();
    }

    private async Task GiveAsync()
    {
        var stopped = _disposed.Token;
        while (Most() is var most and > 0)
        {
            int got;
            try
            {
                got = await credits.TakeAsync(most, stopped).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var first = Next();
            var given = Math.Min(got, first?.Most ?? 0);
            credits.Return(got - given);
            first?.Given.TrySetResult(given);
        }
    }

    /// <summary>The most that anybody asks for; 0: nobody waits, and giving ends.</summary>
    private int Most()
    {
        lock (_gate)
        {
            _giving = _waiters.Count > 0;
            return _giving ? _waiters.Max(w => w.Most) : 0;
        }
    }

    /// <returns>Null: whoever waited has gone.</returns>
    private Waiter? Next()
    {
        lock (_gate)
        {
            if (_waiters.MinBy(w => _tags[w.Lane]) is not { } first)
            {
                return null;
            }

            _waiters.Remove(first);
            _virtualTime = Math.Max(_virtualTime, _tags[first.Lane]);
            return first;
        }
    }

    private void Forget(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_waiters.Remove(waiter))
            {
                return;
            }
        }

        waiter.Given.TrySetCanceled(cancellationToken);
    }
}
