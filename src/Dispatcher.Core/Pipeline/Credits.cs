namespace Dispatcher.Core.Pipeline;

/// <summary>
/// How much may be in the pipeline at once. A claimer takes credits before it claims; whoever ends an invitation gives its credit back.
/// The capacity may change while credits are out. Safe for concurrent use.
/// </summary>
public sealed class Credits(int capacity)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _capacity = capacity;
    private int _taken;
    private bool _awaited;

    /// <summary>At least 1.</summary>
    public int Capacity
    {
        get => Volatile.Read(ref _capacity);
        set
        {
            lock (_gate)
            {
                _capacity = Math.Max(1, value);
                Signal_NeedsLock();
            }
        }
    }

    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Waits until a quarter of the capacity is free (so that claims come in batches), then takes what is free, at most <paramref name="most"/>.</summary>
    public async ValueTask<int> TakeAsync(int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (_gate)
            {
                var free = _capacity - _taken;
                if (free >= Math.Max(1, Math.Min(most, _capacity / 4)))
                {
                    var got = Math.Min(free, most);
                    _taken += got;
                    return got;
                }

                wait = Changed_NeedsLock();
            }

            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes up to <paramref name="most"/> without waiting; 0: nothing is free.</summary>
    public int TryTake(int most)
    {
        lock (_gate)
        {
            var got = Math.Clamp(_capacity - _taken, 0, most);
            _taken += got;
            return got;
        }
    }

    public void Return(int count)
    {
        if (count == 0)
        {
            return;
        }

        lock (_gate)
        {
            _taken -= count;
            ArgumentOutOfRangeException.ThrowIfNegative(_taken, nameof(count));
            Signal_NeedsLock();
        }
    }

    /// <summary>Completes at the next return of credits or change of capacity.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return Changed_NeedsLock();
            }
        }
    }

    private Task Changed_NeedsLock()
    {
        _awaited = true;
        return _changed.Task;
    }

    private void Signal_NeedsLock()
    {
        if (!_awaited)
        {
            return;
        }

        _awaited = false;
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
