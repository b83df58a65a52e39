using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Tests.Statistics;

public sealed class PercentilesTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 50)]
    [InlineData(0.501, 51)]
    [InlineData(0.95, 95)]
    [InlineData(0.99, 99)]
    [InlineData(1, 100)]
    public void At_OneToAHundredInAnyOrder_IsTheNearestRank(double share, double expected)
    {
        var percentiles = new Percentiles(Enumerable.Range(1, 100).Reverse().Select(n => (double)n));

        Assert.Equal(expected, percentiles.At(share));
    }

    [Fact]
    public void At_NoValues_IsNotANumber() => Assert.Equal(double.NaN, new Percentiles([]).At(0.5));

    [Fact]
    public void At_OneValue_IsThatValue() => Assert.Equal(7, new Percentiles([7]).At(0.999));
}
