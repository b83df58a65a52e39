using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>
/// The limits of one provider, or of one set of hosts: connections, rate, and how many messages may be in hand. Destinations of one rule
/// share one. Safe for concurrent calls.
/// </summary>
internal sealed class SharedLimits
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>What is left after a second of the pace that is remembered: a destination that pauses for a while is not taken for a slow one.</summary>
    private const double Remembered = 0.95;

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly MessageRate _rate;
    private readonly WaitingLine _line;
    private ShapingRule _rule;
    private int _load; // messages in the transport
    private int _coming; // admitted ones that are not in the transport yet
    private long _admittedAt;
    private int _ended; // in this window
    private int _endedBefore; // in the one before
    private double _pace; // most that ended in a window, lately
    private long _windowAt;

    public SharedLimits(string key, ShapingRule rule, ConnectionBudget route, TimeProvider time)
    {
        Key = key;
        _rule = rule;
        _time = time;
        _rate = new MessageRate(time, () => Rule.RatePerMinute);
        _line = new WaitingLine(time);
        Ramp = new ConnectionRamp(time, () => Rule.Connections ?? DirectRoute.DefaultConnections);
        Budget = new ConnectionBudget(() => Ramp.Allowed, route);
    }

    public string Key { get; }

    /// <summary>How many destinations use it; under the route's gate.</summary>
    public int Users { get; set; }

    public ConnectionRamp Ramp { get; }

    public ConnectionBudget Budget { get; }

    public ShapingRule Rule
    {
        get => Volatile.Read(ref _rule);
        set => Volatile.Write(ref _rule, value);
    }

    /// <summary>Zero: a message may come, and is counted as coming. Else it should wait so long before it asks again.</summary>
    /// <param name="waitsForHost">A message for the destination waits for a host that others have filled: it has no share beyond that one.</param>
    public TimeSpan Admit(bool waitsForHost = false)
    {
        lock (_gate)
        {
            Turn_NeedsLock();
            var wait = _rate.WaitFor(_coming);

            // A destination that is slow must not take the senders of all the others; one that is quick may have a second's worth.
            if (wait > TimeSpan.Zero || waitsForHost || _load + _coming >= Math.Max(2 * Ramp.Allowed, 2 * Math.Max(_ended, _endedBefore)))
            {
                var first = Window / 2 * (1 + Random.Shared.NextDouble());
                return (wait > first ? wait : first) + _line.Join(Math.Max(_pace, _ended));
            }

            _coming++;
            _admittedAt = _time.GetTimestamp();
            return TimeSpan.Zero;
        }
    }

    public void Begin()
    {
        _rate.Take();
        lock (_gate)
        {
            _load++;
            _coming = Math.Max(0, _coming - 1);
        }
    }

    public void End(in DeliveryOutcome outcome)
    {
        lock (_gate)
        {
            Turn_NeedsLock();
            _load--;
            _ended += outcome.Kind is OutcomeKind.Delivered or OutcomeKind.Rejected ? 1 : 0;
        }

        if (Ramp.Note(outcome))
        {
            Budget.WakeNext();
        }
    }

    private void Turn_NeedsLock()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_windowAt, now) is var passed && passed >= Window)
        {
            _pace = Math.Max(_ended, _pace * Math.Pow(Remembered, passed / Window));
            (_endedBefore, _ended, _windowAt) = (passed < Window * 2 ? _ended : 0, 0, now);
        }

        // Those that were admitted and never came were cancelled, or changed.
        _coming = _time.GetElapsedTime(_admittedAt, now) >= Window ? 0 : _coming;
    }
}
