using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>
/// How many connections a destination is trusted with: few at first, one more for some messages taken, up to a ceiling; half as many for a
/// while when it says that we are too fast. Who has not been sent to for an hour is fresh again. Safe for concurrent calls.
/// </summary>
internal sealed class ConnectionRamp(TimeProvider time, Func<int> ceiling)
{
    public const int Start = 2;

    /// <summary>Messages taken for one connection more.</summary>
    public const int Step = 10;

    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FreshAfter = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private int _allowed = Start;
    private int _taken;
    private long _calmFrom; // 0: it never complained
    private long _last;

    public int Allowed
    {
        get
        {
            lock (_gate)
            {
                return Math.Max(1, Math.Min(_allowed, ceiling()));
            }
        }
    }

    /// <summary>True: there may be more connections than before.</summary>
    public bool Note(in DeliveryOutcome outcome)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_last != 0 && time.GetElapsedTime(_last, now) > FreshAfter)
            {
                (_allowed, _taken, _calmFrom) = (Start, 0, 0);
            }

            _last = now;
            if (outcome is { Kind: OutcomeKind.Deferred, RetryClass: RetryClass.RateLimited })
            {
                // One complaint reaches us once for each connection: it counts once.
                if (_calmFrom == 0 || time.GetElapsedTime(_calmFrom, now) >= TimeSpan.FromSeconds(5))
                {
                    _allowed = Math.Max(1, Math.Min(_allowed, ceiling()) / 2);
                }

                (_calmFrom, _taken) = (now, 0);
                return false;
            }

            if (outcome.Kind != OutcomeKind.Delivered || (_calmFrom != 0 && time.GetElapsedTime(_calmFrom, now) < Calm) || ++_taken < Step)
            {
                return false;
            }

            _taken = 0;
            var before = _allowed;
            _allowed = Math.Min(_allowed + 1, Math.Max(1, ceiling()));
            return _allowed > before;
        }
    }
}
