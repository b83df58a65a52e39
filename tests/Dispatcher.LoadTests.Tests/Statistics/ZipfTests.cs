using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Tests.Statistics;

public sealed class ZipfTests
{
    [Fact]
    public void Draw_Often_FollowsTheLaw()
    {
        const int draws = 200_000;
        var zipf = new Zipf(10, 1);
        var random = new Random(1);
        var counts = new int[10];

        for (var i = 0; i < draws; i++)
        {
            counts[zipf.Draw(random)]++;
        }

        var harmonic = Enumerable.Range(1, 10).Sum(k => 1.0 / k);
        Assert.All(counts.Index(), c => Assert.Equal(1 / ((c.Index + 1) * harmonic), c.Item / (double)draws, 0.005));
    }

    [Fact]
    public void Draw_OnlyOne_IsAlwaysIt() => Assert.Equal(0, new Zipf(1, 1).Draw(new Random(3)));

    [Fact]
    public void Draw_ExponentZero_IsEven()
    {
        var zipf = new Zipf(4, 0);
        var random = new Random(2);
        var first = Enumerable.Range(0, 40_000).Count(_ => zipf.Draw(random) == 0);

        Assert.Equal(0.25, first / 40_000.0, 0.01);
    }
}
