namespace Dispatcher.Core.Sending;

/// <summary>
/// Section <c>Retry</c>: when to try again what was not taken. Durations are written <c>30m</c>, <c>1h</c>, <c>4d</c> or <c>00:30:00</c>.
/// </summary>
public sealed class RetryOptions
{
    public const string Section = "Retry";

    /// <summary>
    /// Waits after the first, second, … attempt; the last one repeats. A list or one comma-separated text; each above zero, none shorter
    /// than the one before, at most 7 days. Default 30 min, 1 h, 2 h, 4 h, 8 h, 16 h, 24 h.
    /// </summary>
    public IReadOnlyList<TimeSpan> Schedule { get; set; } =
        [.. new[] { 0.5, 1, 2, 4, 8, 16, 24 }.Select(TimeSpan.FromHours)];

    /// <summary>The first wait after greylisting; the schedule follows. Above zero, at most the schedule's first. Default 5 min, or that first if it is shorter.</summary>
    public TimeSpan Greylist { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Waits after the first, second, … attempt when a server says that we are too fast; then the schedule goes on. Written as the
    /// schedule. Default 2 min, 5 min, 15 min.
    /// </summary>
    public IReadOnlyList<TimeSpan> RateLimited { get; set; } = [.. new[] { 2d, 5, 15 }.Select(TimeSpan.FromMinutes)];

    /// <summary>
    /// The same for a full mailbox, which its owner has to empty first. Written as the schedule. Default 4 h, 12 h, 24 h.
    /// </summary>
    public IReadOnlyList<TimeSpan> MailboxFull { get; set; } = [.. new[] { 4d, 12, 24 }.Select(TimeSpan.FromHours)];

    /// <summary>
    /// The same for a server that is out of order, does not answer, or has our address on a list. Written as the schedule. Default 5 min,
    /// 15 min.
    /// </summary>
    public IReadOnlyList<TimeSpan> ServerTrouble { get; set; } = [.. new[] { 5d, 15 }.Select(TimeSpan.FromMinutes)];

    /// <summary>
    /// Age of an invitation from its first attempt at which we stop trying. Default 4 days (RFC 5321 section 4.5.4.1); 1 s to 30
    /// days. What can't be decided because DNS does not answer is waited for as long, since it was stored or its time to be sent.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(4);

    /// <summary>
    /// Share by which a wait is lengthened at random, so that what failed together does not return together. 0 to 0.5; default 0.1.
    /// </summary>
    public double Jitter { get; set; } = 0.1;
}
