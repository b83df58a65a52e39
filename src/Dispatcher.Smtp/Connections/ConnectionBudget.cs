namespace Dispatcher.Smtp.Connections;

/// <summary>
/// A ceiling that several pools share: over all routes, over the destinations of one provider, or over those that send to one host. Who finds
/// no room waits in line, and is woken when a connection of anybody ends.
/// </summary>
/// <remarks>Safe for concurrent calls. A pool may ask under its own gate; it is never called back under ours.</remarks>
/// <param name="most">How many may be open now; may change from call to call, 1 at least. Null: of one host, as many as the pool with the most
/// may have; pools then belong to it only as long as they have connections there.</param>
/// <param name="parent">Must have room too; null: none.</param>
internal sealed class ConnectionBudget(Func<int>? most, ConnectionBudget? parent)
{
    private readonly Lock _gate = new();
    private readonly Queue<SmtpConnectionPool> _line = new(); // those of _waiting, in order; under _gate
    private readonly HashSet<SmtpConnectionPool> _waiting = []; // bounded by the pools there are
    private readonly List<SmtpConnectionPool> _members = []; // of a host's: one for each connection
    private int _open;
    private int _largest; // of a host's, what the pool with the most may have, as it was last looked at; read without the gate
    private int _starving; // of those who wait, those who have nothing; read without the gate
    private int _turn;

    /// <summary>It is one host's, not one of those that pools are made with.</summary>
    public bool IsOfHost => most is null;

    public int Open => Volatile.Read(ref _open);

    /// <summary>Most connections now.</summary>
    public int Most => most?.Invoke() ?? Volatile.Read(ref _largest);

    /// <summary>Somebody who has no connection waits for one.</summary>
    public bool IsShort => Volatile.Read(ref _starving) > 0 || parent?.IsShort == true;

    /// <summary>There are more than there may be: the ceiling has sunk.</summary>
    public bool IsOver => Open > Most || parent?.IsOver == true;

    public void Join(SmtpConnectionPool pool)
    {
        lock (_gate)
        {
            _members.Add(pool);
        }

        parent?.Join(pool);
    }

    /// <summary>The pool is gone, and has given back what it took.</summary>
    public void Leave(SmtpConnectionPool pool)
    {
        lock (_gate)
        {
            _members.Remove(pool);
        }

        StopWaiting(pool);
        parent?.Leave(pool);
    }

    /// <summary>Takes room for one connection. False: there is none; the pool is woken when there is.</summary>
    public bool TryTake(SmtpConnectionPool pool)
    {
        lock (_gate)
        {
            if (_open >= Most)
            {
                Wait_NeedsLock(pool);
                return false;
            }

            // Under our gate: a room that is only asked for must not be seen as taken by who then waits here for it.
            if (parent?.TryTake(pool) == false)
            {
                return false;
            }

            _open++;
            return true;
        }
    }

    /// <summary>Takes room at a host for one connection. False: there is none now; see <see cref="TryWait"/>.</summary>
    public bool TryTakeAtHost(SmtpConnectionPool pool)
    {
        lock (_gate)
        {
            if (!HasRoomFor_NeedsLock(pool))
            {
                return false;
            }

            _open++;
            _members.Add(pool);
            return true;
        }
    }

    /// <summary>Stands in line at a host. False: there is room by now.</summary>
    public bool TryWait(SmtpConnectionPool pool)
    {
        lock (_gate)
        {
            if (HasRoomFor_NeedsLock(pool))
            {
                return false;
            }

            Wait_NeedsLock(pool);
            return true;
        }
    }

    /// <summary>Leaves the line, if it stands there.</summary>
    public void StopWaiting(SmtpConnectionPool pool)
    {
        lock (_gate)
        {
            if (_waiting.Remove(pool))
            {
                _starving = _waiting.Count(waiting => waiting.HasNothing);
            }
        }
    }

    /// <summary>Gives back the room of one connection. <see cref="WakeAll"/> is to follow.</summary>
    public void Return()
    {
        lock (_gate)
        {
            _open--;
        }

        parent?.Return();
    }

    /// <summary>Gives back the room of one connection to a host. <see cref="WakeNext"/> is to follow.</summary>
    public void ReturnAtHost(SmtpConnectionPool pool)
    {
        lock (_gate)
        {
            _open--;
            _members.Remove(pool);
        }
    }

    /// <summary>Wakes those who wait here, and for what is above. Not under a pool's gate.</summary>
    public void WakeAll()
    {
        parent?.WakeAll();
        WakeNext();
    }

    /// <summary>Wakes those who wait, while there is room. Not under a pool's gate.</summary>
    public void WakeNext()
    {
        var coming = 0; // they will ask for their room when they know that it is here that they need it
        while (true)
        {
            SmtpConnectionPool? next;
            lock (_gate)
            {
                if (_open + coming >= Most || !TryDequeue_NeedsLock(out next))
                {
                    return;
                }
            }

            coming += next!.UseRoom(this);
        }
    }

    /// <summary>Closes an idle connection of another pool, so that its room becomes free. Not under a pool's gate.</summary>
    public void Reclaim(SmtpConnectionPool asking)
    {
        SmtpConnectionPool[] members;
        lock (_gate)
        {
            if (_open < Most)
            {
                members = [];
            }
            else
            {
                _turn = _members.Count == 0 ? 0 : (_turn + 1) % _members.Count;
                members = [.. _members[_turn..], .. _members[.._turn]];
            }
        }

        if (!members.Any(member => member != asking && member.CloseOneIdle(this)))
        {
            parent?.Reclaim(asking);
        }
    }

    /// <summary>Rules may have changed since the last time.</summary>
    private bool HasRoomFor_NeedsLock(SmtpConnectionPool pool)
    {
        Volatile.Write(ref _largest, _members.Append(pool).Max(member => member.Limits.Connections));
        return _open < Most;
    }

    private void Wait_NeedsLock(SmtpConnectionPool pool)
    {
        if (_waiting.Add(pool))
        {
            _line.Enqueue(pool);
        }

        _starving = _waiting.Count(waiting => waiting.HasNothing);
    }

    private bool TryDequeue_NeedsLock(out SmtpConnectionPool? next)
    {
        while (_line.TryDequeue(out next))
        {
            if (_waiting.Remove(next))
            {
                _starving = _waiting.Count(waiting => waiting.HasNothing);
                return true;
            }
        }

        return false;
    }
}
