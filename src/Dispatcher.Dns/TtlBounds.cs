namespace Dispatcher.Dns;

/// <summary>How long answers are held, within what is set.</summary>
internal sealed class TtlBounds(TimeSpan least, TimeSpan most)
{
    /// <summary>After a failure: long enough that nobody is pestered, short enough that nobody waits for us (RFC 9520 section 3.2).</summary>
    public static readonly TimeSpan Failure = TimeSpan.FromSeconds(5);

    /// <summary>RFC 2308 section 5.</summary>
    private static readonly TimeSpan MostNegative = TimeSpan.FromHours(3);

    public TimeSpan Positive(double seconds) => Within(seconds, most);

    /// <param name="seconds">Null: the answer does not say, and so is held as briefly as allowed.</param>
    public TimeSpan Negative(double? seconds) => Within(seconds ?? 0, most < MostNegative ? most : MostNegative);

    private TimeSpan Within(double seconds, TimeSpan upper)
    {
        var wanted = TimeSpan.FromSeconds(Math.Min(seconds, upper.TotalSeconds));
        return wanted < least ? least : wanted;
    }
}
