using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>
/// The destinations of a route: those used lately, with at most <see cref="MostPools"/> of them holding connections. Unused pools are closed
/// by a timer. Those in use never go, and are no more than the callers there are. Safe for concurrent calls.
/// </summary>
internal sealed class Destinations : IAsyncDisposable
{
    public const int MostPools = 500;
    public const int Most = 10_000;

    private readonly Func<MxPlan, Destination, SmtpConnectionPool> _createPool;
    private readonly ConnectionBudget _budget;
    private readonly TimeProvider _time;
    private readonly TimeSpan _idleTime;
    private readonly ITimer _sweeper;
    private readonly Lock _gate = new();

    // All below under _gate.
    private readonly Dictionary<string, Destination> _all = [];
    private readonly LinkedList<Destination> _order = new(); // the one used last is first
    private readonly Dictionary<string, SharedLimits> _limits = [];
    private readonly HashSet<Task> _closing = [];
    private int _pools;
    private bool _disposed;

    public Destinations(Func<MxPlan, Destination, SmtpConnectionPool> createPool, ConnectionBudget budget, TimeSpan idleTime, TimeProvider time)
    {
        _createPool = createPool;
        _budget = budget;
        _time = time;
        _idleTime = idleTime;
        _sweeper = time.CreateTimer(static self => ((Destinations)self!).Sweep(), this, idleTime, idleTime);
    }

    public int Count => Locked(() => _all.Count);

    public int Pools => Locked(() => _pools);

    /// <summary>What is remembered of a destination; null: nothing.</summary>
    public Destination? Find(string key) => Locked(() => _all.GetValueOrDefault(key));

    /// <summary>Takes a destination for one message; null: the route has ended. Give it back.</summary>
    /// <param name="plan">Null: no connections are needed.</param>
    /// <param name="pool">Set when there is a plan; it may be closed any time, and then gives its messages back.</param>
    public Destination? Rent(KnownDomains.Place place, MxPlan? plan, out SmtpConnectionPool? pool)
    {
        lock (_gate)
        {
            pool = null;
            if (_disposed)
            {
                return null;
            }

            var destination = _all.GetValueOrDefault(place.Destination) ?? Add_NeedsLock(place.Destination, place.LimitsKey, place.Rule);
            destination.Users++;
            destination.LastUsed = _time.GetTimestamp();
            _order.Remove(destination.Node!);
            _order.AddFirst(destination.Node!);
            if (plan is not null && destination.Pool is null)
            {
                MakeRoom_NeedsLock();
                destination.Pool = _createPool(plan, destination);
                _pools++;
            }

            pool = destination.Pool;
            return destination;
        }
    }

    public void Return(Destination destination)
    {
        lock (_gate)
        {
            destination.Users--;
            destination.LastUsed = _time.GetTimestamp();
        }
    }

    /// <summary>Puts other rules in force; <paramref name="ruleOf"/> gives the rule for a key of limits.</summary>
    public void Use(Func<string, ShapingRule?> ruleOf, Func<ShapingRule, PoolLimits> limitsOf)
    {
        lock (_gate)
        {
            foreach (var limits in _limits.Values)
            {
                limits.Rule = ruleOf(limits.Key) ?? limits.Rule;
            }

            foreach (var destination in _all.Values.Where(destination => destination.Pool is not null))
            {
                destination.Pool!.Limits = limitsOf(destination.Limits.Rule);
            }
        }
    }

    /// <summary>Closes pools that nobody used for the idle time.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            for (var node = _order.Last; node is not null; node = node.Previous)
            {
                if (node.Value is { Pool: not null, Users: 0 } idle && _time.GetElapsedTime(idle.LastUsed) >= _idleTime)
                {
                    Close_NeedsLock(idle);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        Task[] closing;
        lock (_gate)
        {
            _disposed = true;
            foreach (var destination in _all.Values.Where(destination => destination.Pool is not null))
            {
                Close_NeedsLock(destination);
            }

            closing = [.. _closing];
        }

        await Task.WhenAll(closing).ConfigureAwait(false);
    }

    private Destination Add_NeedsLock(string key, string limitsKey, ShapingRule rule)
    {
        for (var node = _order.Last; _all.Count >= Most && node is not null;)
        {
            var (candidate, previous) = (node.Value, node.Previous);
            if (candidate.Users == 0)
            {
                Forget_NeedsLock(candidate);
            }

            node = previous;
        }

        if (!_limits.TryGetValue(limitsKey, out var limits))
        {
            _limits[limitsKey] = limits = new SharedLimits(limitsKey, rule, _budget, _time);
        }

        limits.Users++;
        var destination = new Destination(key, limits, _time);
        destination.Node = _order.AddFirst(destination);
        return _all[key] = destination;
    }

    private void Forget_NeedsLock(Destination destination)
    {
        if (destination.Pool is not null)
        {
            Close_NeedsLock(destination);
        }

        _all.Remove(destination.Key);
        _order.Remove(destination.Node!);
        if (--destination.Limits.Users == 0)
        {
            _limits.Remove(destination.Limits.Key);
        }
    }

    private void MakeRoom_NeedsLock()
    {
        for (var node = _order.Last; _pools >= MostPools && node is not null; node = node.Previous)
        {
            if (node.Value is { Pool: not null, Users: 0 } idle)
            {
                Close_NeedsLock(idle);
            }
        }
    }

    private void Close_NeedsLock(Destination destination)
    {
        var pool = destination.Pool!;
        destination.Pool = null;
        _pools--;

        // Elsewhere: it says goodbye, and takes gates of its own.
        var closing = Task.Run(async () => await pool.DisposeAsync().ConfigureAwait(false));
        _closing.Add(closing);
        _ = closing.ContinueWith(
            done => Locked(() => _closing.Remove(done)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
