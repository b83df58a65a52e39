namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>A token bucket that may run into debt: what is on its way already is not stopped, but paid for. Safe for concurrent calls.</summary>
internal sealed class MessageRate(TimeProvider time, Func<int?> perMinute)
{
    /// <summary>Seconds' worth of messages that may come at once.</summary>
    private const int BurstSeconds = 5;

    private readonly Lock _gate = new();
    private double? _tokens; // null: nothing was taken yet
    private long _at;

    /// <summary>Takes one; it is there or owed.</summary>
    public void Take()
    {
        lock (_gate)
        {
            if (perMinute() is { } rate)
            {
                _tokens = Refill_NeedsLock(rate) - 1;
            }
        }
    }

    /// <summary>Until there is one for somebody who comes behind <paramref name="others"/>; zero: now.</summary>
    public TimeSpan WaitFor(int others)
    {
        lock (_gate)
        {
            if (perMinute() is not { } rate)
            {
                return TimeSpan.Zero;
            }

            var missing = 1 + others - Refill_NeedsLock(rate);
            return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(missing * 60 / rate);
        }
    }

    private double Refill_NeedsLock(int rate)
    {
        var now = time.GetTimestamp();
        var most = Math.Max(1, rate / 60.0 * BurstSeconds);
        _tokens = _tokens is { } left ? Math.Min(most, left + (time.GetElapsedTime(_at, now).TotalMinutes * rate)) : most;
        _at = now;
        return _tokens.Value;
    }
}
