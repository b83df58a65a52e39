using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Connections;

/// <summary>When connections end, and what is taken from those that are stuck.</summary>
internal sealed partial class SmtpConnectionPool
{
    /// <summary>A connection's loop has ended, and its socket is closed.</summary>
    public void Closed(SmtpConnection connection)
    {
        lock (_gate)
        {
            SetPlaces_NeedsLock(connection, 0);
            _connections.Remove(connection);
            _idle.Remove(connection);

            // Who has nothing left stands in line anew: that makes others give up what they have.
            _awaited = _connections.Count == 0 ? [] : _awaited;
        }

        Release(connection);
        OpenWhatIsNeeded();
    }

    /// <summary>Ends an idle connection, since others need its room. False: there is none.</summary>
    /// <param name="budget">Where room is needed: in what all share that we have, or at one host.</param>
    public bool CloseOneIdle(ConnectionBudget budget)
    {
        SmtpConnection idle;
        lock (_gate)
        {
            var index = _idle.FindIndex(connection => !budget.IsOfHost || connection.Host == budget);
            if (index < 0)
            {
                return false;
            }

            idle = _idle[index];
            _idle.RemoveAt(index);
            SetPlaces_NeedsLock(idle, 0);
        }

        idle.Give(default);
        return true;
    }

    /// <summary>Says goodbye to idle connections; messages that wait are not sent any more, those on the wire end by themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync();
        await _watch.DisposeAsync();
        List<PendingDelivery> waiting;
        SmtpConnection[] idle, all;
        lock (_gate)
        {
            _disposed = true;
            (idle, all) = ([.. _idle], [.. _connections]);
            _idle.Clear();
            waiting = _waiting.RemoveAllBut(0);
        }

        await _stop.CancelAsync();
        waiting.ForEach(delivery => delivery.TryAnswer(Outcomes.Interrupted("stopped while waiting for a connection")));
        Array.ForEach(idle, connection => connection.Give(default));
        await Task.WhenAll(all.Where(connection => !connection.IsBusy).Select(connection => connection.Loop));
        _budget?.Leave(this);
        foreach (var host in _awaited)
        {
            host.StopWaiting(this);
        }
    }

    /// <summary>Ends connections that nobody used for the idle time.</summary>
    private void Sweep()
    {
        var old = new List<SmtpConnection>();
        lock (_gate)
        {
            var count = _idle.TakeWhile(connection => _time.GetElapsedTime(connection.IdleSince) >= Limits.IdleTime).Count();
            old.AddRange(_idle.Take(count));
            _idle.RemoveRange(0, count);
            old.ForEach(connection => SetPlaces_NeedsLock(connection, 0));
        }

        old.ForEach(connection => connection.Give(default));
    }

    /// <summary>Finds connections whose server has become slow: they have one place less, and nothing waits behind their message.</summary>
    private void Watch()
    {
        var slow = new List<SmtpConnection>();
        lock (_gate)
        {
            _watching = false;
            slow.AddRange(_connections.Where(connection => connection.AskedAt is var since and not 0 && IsSlow(since)));
            slow.ForEach(connection => SetPlaces_NeedsLock(connection, Math.Min(1, connection.Places)));
            if (_connections.Any(connection => connection.HasNext))
            {
                Watch_NeedsLock();
            }
        }

        slow.ForEach(connection => connection.ReturnNext());
        OpenWhatIsNeeded();
    }
}
