namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>
/// When what a destination has no share for comes again: one behind the other, twice as many a second as it takes or some more. So it is never short
/// of messages, and few come in vain. It may become faster meanwhile: all come within a minute as long as those are not too many a second for the
/// queue, and within ten in any case. Not safe for concurrent calls.
/// </summary>
internal sealed class WaitingLine(TimeProvider time)
{
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Nearly nothing to the queue, whatever the destination takes.</summary>
    private const int LeastASecond = 20;

    /// <summary>A twentieth of what the queue does: each is claimed, checked, held and promoted.</summary>
    private const int MostASecond = 500;

    // Waits are up to half as long again: those that were held in one moment would come again in one moment else, time and again.
    private const double ByChance = 0.5;
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1) / (1 + ByChance);
    private static readonly TimeSpan Long = LongestWait / (1 + ByChance);

    private double _waiting; // those that were not back yet at _at
    private long _at;

    /// <summary>Puts one at the end, and says how long it waits there.</summary>
    /// <param name="taken">Messages that the destination takes a second.</param>
    public TimeSpan Join(double taken)
    {
        var now = time.GetTimestamp();
        var aSecond = Math.Max(2 * taken, Math.Clamp(_waiting / Soon.TotalSeconds, LeastASecond, MostASecond));
        aSecond = Math.Max(aSecond, _waiting / Long.TotalSeconds);
        _waiting = Math.Max(0, _waiting - (time.GetElapsedTime(_at, now).TotalSeconds * aSecond));
        _at = now;
        return TimeSpan.FromSeconds(_waiting++ / aSecond) * (1 + (ByChance * ((2 * Random.Shared.NextDouble()) - 1)));
    }
}
