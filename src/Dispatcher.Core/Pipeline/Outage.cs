namespace Dispatcher.Core.Pipeline;

/// <summary>Keeps a loop that fails again and again from filling the log: the first failure is told, then one each half minute.
/// Belongs to one loop.</summary>
public sealed class Outage(TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(30);

    private long? _told;

    /// <summary>True: this failure is worth a line.</summary>
    public bool IsWorthTelling()
    {
        if (_told is { } told && time.GetElapsedTime(told) < Between)
        {
            return false;
        }

        _told = time.GetTimestamp();
        return true;
    }

    /// <summary>Called after a success. True: it ended an outage that was told.</summary>
    public bool Ended()
    {
        var ended = _told is not null;
        _told = null;
        return ended;
    }
}
