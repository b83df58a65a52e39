namespace Dispatcher.LoadTests.Statistics;

/// <summary>Arrival times of an open-loop source: intervals are independent of what the system does. Used by one loop.</summary>
internal sealed class PoissonArrivals(double perSecond, Random random)
{
    /// <summary>Seconds from the beginning; never, when the rate is 0.</summary>
    public double Next { get; private set; } = Interval(perSecond, random);

    public void Advance() => Next += Interval(perSecond, random);

    private static double Interval(double perSecond, Random random) =>
        perSecond <= 0 ? double.PositiveInfinity : -Math.Log(1 - random.NextDouble()) / perSecond;
}
