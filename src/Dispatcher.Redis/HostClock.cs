namespace Dispatcher.Redis;

/// <summary>Redis' clock beside this host's. By how much it is ahead at least; below zero: behind. It was read at some moment between call and answer:
/// only what lies outside is surely a difference, and a slow answer makes none.</summary>
internal static class HostClock
{
    private const int Tries = 3;

    /// <param name="sent">When it was asked, by this host's clock.</param>
    public static TimeSpan Ahead(DateTimeOffset redis, DateTimeOffset sent, TimeSpan took)
    {
        var since = redis - sent;
        return since < TimeSpan.Zero ? since : since > took ? since - took : TimeSpan.Zero;
    }

    /// <summary>Asks some times: each answer says the least that it can be, so the greatest is nearest.</summary>
    public static async Task<TimeSpan> AheadAsync(Func<Task<DateTimeOffset>> ask, TimeProvider time)
    {
        var ahead = TimeSpan.Zero;
        for (var n = 0; n < Tries; n++)
        {
            var (sent, started) = (time.GetUtcNow(), time.GetTimestamp());
            var least = Ahead(await ask().ConfigureAwait(false), sent, time.GetElapsedTime(started));
            ahead = least.Duration() > ahead.Duration() ? least : ahead;
        }

        return ahead;
    }
}
