using System.Net;
using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>
/// How many connections a route has to single hosts, whatever destinations these are for: domains whose sets of exchangers differ may have some
/// in common, and hosts of different names may be one. Safe for concurrent calls.
/// </summary>
internal sealed class HostRooms
{
    private const int Few = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, ConnectionBudget> _rooms = []; // under _gate, as is the next
    private int _sweepAt = Few;

    /// <summary>Takes room for one connection. False: the host has as many as any of those who use it may have by its rule.</summary>
    /// <param name="room">Where to give it back, or to wait.</param>
    public bool TryTake(IPAddress address, SmtpConnectionPool pool, out ConnectionBudget room)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(address, out room!))
            {
                Sweep_NeedsLock();
                _rooms[address] = room = new ConnectionBudget(most: null, parent: null);
            }

            return room.TryTakeAtHost(pool);
        }
    }

    /// <summary>Forgets hosts without connections, when there are twice as many as there were after the last time.</summary>
    private void Sweep_NeedsLock()
    {
        if (_rooms.Count < _sweepAt)
        {
            return;
        }

        foreach (var (address, room) in _rooms)
        {
            if (room.Open == 0)
            {
                _rooms.Remove(address);
            }
        }

        _sweepAt = Math.Max(Few, 2 * _rooms.Count);
    }
}
