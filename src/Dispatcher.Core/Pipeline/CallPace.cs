namespace Dispatcher.Core.Pipeline;

/// <summary>
/// How close calls of the engine may follow each other. While little is sent, as close as they will; while much is sent, so that some starts and
/// outcomes have come together: a call with few steps costs nearly what one with many does.
/// </summary>
internal static class CallPace
{
    private const double PacedRate = 1_000;
    private const double Together = 32;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(16);

    /// <param name="perSecond">Invitations that end a second, at present.</param>
    /// <returns>From the beginning of one call to that of the next, at least; zero: at once.</returns>
    public static TimeSpan At(double perSecond)
    {
        if (perSecond < PacedRate)
        {
            return TimeSpan.Zero;
        }

        var together = TimeSpan.FromSeconds(Together / perSecond);
        return together < Shortest ? Shortest : together > Longest ? Longest : together;
    }
}
