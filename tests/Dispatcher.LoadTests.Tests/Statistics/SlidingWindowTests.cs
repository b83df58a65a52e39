using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Tests.Statistics;

public sealed class SlidingWindowTests
{
    [Theory]
    [InlineData(1, 3)] // 0.75, 1.0, 1.5: 1.75 is a whole second after 0.75
    [InlineData(0.1, 1)]
    [InlineData(10, 6)]
    public void Largest_SomeEvents_CountsTheDensestSpan(double length, int expected)
    {
        double[] times = [0.0, 0.75, 1.0, 1.5, 1.75, 3.0];

        Assert.Equal(expected, SlidingWindow.Largest(times, length));
    }

    [Fact]
    public void Largest_EventsAWindowApart_AreNotInOne() => Assert.Equal(1, SlidingWindow.Largest([0, 1, 2, 3], 1));

    [Fact]
    public void Largest_NoEvents_IsZero() => Assert.Equal(0, SlidingWindow.Largest([], 1));
}
