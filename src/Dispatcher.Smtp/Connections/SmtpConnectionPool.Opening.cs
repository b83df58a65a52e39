using System.Globalization;
using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Connections;

/// <summary>When connections are opened, and what becomes of those who wait when that fails.</summary>
internal sealed partial class SmtpConnectionPool
{
    private string? _lastFailure; // under _gate, as is the next
    private long _awaitOthersUntil; // a server that speaks turned one away

    /// <summary>A budget has room again. How many connections are on their way that will ask it for room only later.</summary>
    public int UseRoom(ConnectionBudget budget)
    {
        if (!budget.IsOfHost)
        {
            OpenWhatIsNeeded();
            return 0;
        }

        // Whether this one needs it is known when it has opened something.
        lock (_gate)
        {
            foreach (var other in _awaited.Where(other => other != budget))
            {
                other.StopWaiting(this);
            }

            _awaited = [];
            _offered.Add(budget);
        }

        var coming = OpenWhatIsNeeded();
        if (coming == 0)
        {
            lock (_gate)
            {
                _offered.Remove(budget);
            }
        }

        return coming;
    }

    /// <summary>Opens connections for those who wait, as many as are needed and allowed; answers them when nothing can be opened. How many.</summary>
    public int OpenWhatIsNeeded()
    {
        var refused = default(List<PendingDelivery>);
        var count = 0;
        var wanted = 0;
        lock (_gate)
        {
            if (_disposed || _waiting.IsEmpty || _awaited.Count > 0 || AwaitsOthers_NeedsLock())
            {
                return 0;
            }

            if (_connections.Count == 0 && !MayOpen_NeedsLock())
            {
                // One waits for each connection that is on its way.
                refused = _waiting.RemoveAllBut(_opening);
            }
            else
            {
                wanted = CountToOpen_NeedsLock();
                count = Take_NeedsLock(wanted);
                _opening += count;
                Watch_NeedsLock();
            }
        }

        if (refused is not null)
        {
            var outcome = Unreachable();
            refused.ForEach(delivery => delivery.TryAnswer(outcome));
        }

        if (count == 0 && wanted > 0 && HasNothing)
        {
            _budget!.Reclaim(this);
        }

        for (var i = 0; i < count; i++)
        {
            _ = OpenAsync();
        }

        return count;
    }

    /// <summary>
    /// A server that allows fewer connections than were asked for says no to the others sooner than yes to these. So no message is answered, nor
    /// is another connection opened, before the last one on its way is there or has failed too.
    /// </summary>
    private bool AwaitsOthers_NeedsLock() => _opening > 0 && _connections.Count == 0 && Now < _awaitOthersUntil;

    private bool MayOpen_NeedsLock() => _circuit.IsClosed || (_opening == 0 && _circuit.MayProbe);

    /// <summary>As many as there are messages without a place; while there are others, none soon after one was refused.</summary>
    private int CountToOpen_NeedsLock()
    {
        var room = Limits.Connections - _connections.Count - _opening;
        var missing = Volatile.Read(ref _load) - _places - _opening;
        if (room <= 0 || missing <= 0 || !MayOpen_NeedsLock() || (_connections.Count > 0 && Now < _openNoMoreUntil))
        {
            return 0;
        }

        return _circuit.IsClosed ? Math.Min(room, missing) : 1;
    }

    /// <summary>As many as there is room for in what it shares.</summary>
    private int Take_NeedsLock(int wanted)
    {
        if (_budget is null)
        {
            return wanted;
        }

        var taken = 0;
        while (taken < wanted && _budget.TryTake(this))
        {
            taken++;
            Interlocked.Increment(ref _held);
        }

        return taken;
    }

    /// <summary>Gives back the room of a connection that is closed, or (null) did not open.</summary>
    private void Release(SmtpConnection? connection = null)
    {
        // All is given back before anybody is woken: who needs both would find one of them still taken.
        connection?.Host?.ReturnAtHost(this);
        if (_budget is not null)
        {
            Interlocked.Decrement(ref _held);
            _budget.Return();
        }

        connection?.Host?.WakeNext();
        _budget?.WakeAll();
    }

    private void Watch_NeedsLock()
    {
        if (!_watching && _connections.Count > 0)
        {
            _watching = true;
            _watch.Change(Slow, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Opens one connection and lets it run. Never throws but for bugs, and those end up with who waits.</summary>
    private async Task OpenAsync()
    {
        OpenedConnection? opened;
        try
        {
            opened = await _circuit.OpenAsync(_connector, this, _stop.Token);
        }
        catch (Exception bug)
        {
            LogBug(_connector.Endpoint, bug);
            opened = OpenedConnection.Failed(Outcomes.Unreachable($"{_connector.Endpoint}: opening a connection failed on our side"));
        }

        if (opened is { Connection: { } connection })
        {
            Start(connection);
            Offer();
            return;
        }

        // Not in the caller's stack: who gets nothing wakes the next one, which may get nothing either.
        await Task.Yield();
        if (opened?.Full is { } full)
        {
            Await(full);
        }
        else
        {
            Failed(opened?.Failure);
        }

        Offer();
    }

    /// <summary>What was offered to this pool and is still there is for others.</summary>
    private void Offer()
    {
        List<ConnectionBudget> offered;
        lock (_gate)
        {
            (offered, _offered) = (_offered, []);
        }

        offered.ForEach(host => host.WakeNext());
    }

    private void Start(SmtpConnection connection)
    {
        bool disposed, again;
        lock (_gate)
        {
            _opening--;
            disposed = _disposed;
            again = _unreachable;
            _unreachable = false;
            if (!disposed)
            {
                connection.OpenedAt = Now;
                _connections.Add(connection);
                SetPlaces_NeedsLock(connection, 1);
                Watch_NeedsLock();
            }
        }

        if (disposed)
        {
            connection.Dispose();
            Release(connection);
            return;
        }

        LogOpened(_connector.Endpoint);
        if (again)
        {
            LogReachableAgain(_connector.Endpoint);
        }

        connection.Loop = connection.RunAsync(this);
    }

    /// <summary>The hosts have as many connections of ours as they may: those who wait go on doing so, until one of these ends.</summary>
    private void Await(IReadOnlyCollection<ConnectionBudget> full)
    {
        Release();
        bool waits;
        lock (_gate)
        {
            _opening--;
            waits = !_disposed && full.All(host => host.TryWait(this));
            _awaited = waits ? full : [];
        }

        if (!waits)
        {
            OpenWhatIsNeeded();
            return;
        }

        foreach (var host in full)
        {
            host.Reclaim(this);
        }
    }

    /// <summary>The message that has waited longest is answered, unless there are connections that will, or may, come to it.</summary>
    private void Failed(DeliveryOutcome? failure)
    {
        var outcome = failure ?? Unreachable();
        outcome = outcome with { NoConnection = outcome.Kind == OutcomeKind.Deferred };
        var answered = default(PendingDelivery);
        var first = false;
        lock (_gate)
        {
            _opening--;
            if (outcome.Kind == OutcomeKind.Deferred)
            {
                first = !_unreachable && _connections.Count == 0;
                _unreachable |= first;
                _lastFailure = failure?.Text ?? _lastFailure;
                _openNoMoreUntil = Now + (long)(EndpointCircuit.Break.TotalSeconds * _time.TimestampFrequency);
                _awaitOthersUntil = outcome.ReplyCode > 0 ? _openNoMoreUntil : 0;
            }

            if (_connections.Count == 0 && !_disposed && !AwaitsOthers_NeedsLock())
            {
                answered = _waiting.RemoveNext();
            }
        }

        // One line when it begins and one when it ends: a relay that is away fails every message.
        if (first)
        {
            LogUnreachable(_connector.Endpoint, outcome.Text);
        }

        Release();
        answered?.TryAnswer(outcome);
        OpenWhatIsNeeded();
    }

    private DeliveryOutcome Unreachable()
    {
        string? last;
        lock (_gate)
        {
            last = _lastFailure;
        }

        return Outcomes.Unreachable(string.Create(CultureInfo.InvariantCulture, $"{_connector.Endpoint} does not answer, not tried again yet; before: {last}"))
            with
        { Uncounted = true, RetryAfter = _circuit.RetryAfter };
    }
}
