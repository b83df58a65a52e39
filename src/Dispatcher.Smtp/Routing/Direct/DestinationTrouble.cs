using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>
/// Remembers that a destination does not answer: after repeated failures nobody knocks until a moment at which one message tries; success
/// forgets all, another failure makes the wait longer. Safe for concurrent calls.
/// </summary>
internal sealed class DestinationTrouble(TimeProvider time)
{
    public const int Failures = 3;

    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>A probe that has not come back so long is given up: its message was cancelled, perhaps.</summary>
    private static readonly TimeSpan LongestProbe = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private int _failures;
    private int _rounds;
    private long _closedAt;
    private TimeSpan _wait; // zero: open
    private long _probeSince; // 0: none is under way
    private bool _probeArrived;
    private string? _last;

    /// <summary>What went wrong last; null: nothing.</summary>
    public string? Last => Volatile.Read(ref _last);

    /// <summary>Until one may try; zero: now.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                return Left_NeedsLock() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Asked before a message is made. Zero: it may go; when it is the time for one to try, this one is it.</summary>
    public TimeSpan WaitBefore()
    {
        lock (_gate)
        {
            if (Left_NeedsLock() is var left && left > TimeSpan.Zero)
            {
                return left;
            }

            Probe_NeedsLock(arrived: false);
            return TimeSpan.Zero;
        }
    }

    /// <summary>Asked before a message goes out. False: nobody knocks now.</summary>
    public bool MayKnock()
    {
        lock (_gate)
        {
            if (_wait == TimeSpan.Zero)
            {
                return true;
            }

            var mayProbe = (_probeSince != 0 && !_probeArrived) || Left_NeedsLock() <= TimeSpan.Zero;
            if (mayProbe)
            {
                Probe_NeedsLock(arrived: true);
            }

            return mayProbe;
        }
    }

    /// <summary>How a message that knocked came back.</summary>
    public void Note(in DeliveryOutcome outcome)
    {
        lock (_gate)
        {
            var wasProbe = _probeSince != 0 && _probeArrived;
            switch (outcome)
            {
                case { Kind: OutcomeKind.Interrupted or OutcomeKind.Uncertain }:
                    _probeSince = 0;
                    return;
                case not { Kind: OutcomeKind.Deferred, Scope: OutcomeScope.Endpoint }:
                case { Reason: "relay-denied" }: // of one domain: they take what others have there
                    (_failures, _rounds, _wait, _probeSince, _last) = (0, 0, TimeSpan.Zero, 0, null);
                    return;
            }

            _last = outcome.Text;
            if (_wait == TimeSpan.Zero ? ++_failures >= Failures : wasProbe)
            {
                var wait = FirstWait * Math.Pow(2, Math.Min(_rounds++, 10));
                _wait = wait < LongestWait ? wait : LongestWait;
                _closedAt = time.GetTimestamp();
                _probeSince = 0;
            }
        }
    }

    private TimeSpan Left_NeedsLock()
    {
        if (_wait == TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        return _probeSince != 0 && time.GetElapsedTime(_probeSince) < LongestProbe ? FirstWait : _wait - time.GetElapsedTime(_closedAt);
    }

    private void Probe_NeedsLock(bool arrived)
    {
        if (_wait > TimeSpan.Zero)
        {
            (_probeSince, _probeArrived) = (time.GetTimestamp(), arrived);
        }
    }
}
