using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Tests.Statistics;

public sealed class PoissonArrivalsTests
{
    [Fact]
    public void Advance_TenSecondsAtAThousand_HasAboutTenThousandAndTheirSpread()
    {
        var arrivals = new PoissonArrivals(1000, new Random(1));
        var perSecond = new int[10];

        for (; arrivals.Next < 10; arrivals.Advance())
        {
            perSecond[(int)arrivals.Next]++;
        }

        Assert.InRange(perSecond.Sum(), 9_600, 10_400);
        Assert.All(perSecond, n => Assert.InRange(n, 850, 1150));
    }

    [Fact]
    public void Next_RateZero_IsNever() => Assert.Equal(double.PositiveInfinity, new PoissonArrivals(0, new Random(1)).Next);
}
