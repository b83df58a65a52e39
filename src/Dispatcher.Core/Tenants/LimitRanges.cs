namespace Dispatcher.Core.Tenants;

/// <summary>What limits may be: the same in files, on the command line, and for tenants and destinations.</summary>
public static class LimitRanges
{
    public const double MinPerSecond = 0.001;
    public const double MaxPerSecond = 100_000;
    public const int MaxBurst = 1_000_000;
    public const int MaxConcurrency = 100_000;
    public const double MinWeight = 0.01;
    public const double MaxWeight = 1_000;

    /// <summary>The burst of a rate without one of its own: one second's worth, so that the rate can be reached at all.</summary>
    public static int BurstOf(double perSecond) => Math.Max(1, (int)Math.Ceiling(perSecond));
}
