using Dispatcher.Core.Pipeline;

namespace Dispatcher.Core.Tests.Pipeline;

public class CallPaceTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(999, 0)]
    [InlineData(1_000, 16)]
    [InlineData(2_000, 16)]
    [InlineData(4_000, 8)]
    [InlineData(8_000, 4)]
    [InlineData(1_000_000, 4)]
    [InlineData(double.PositiveInfinity, 4)]
    public void At_ARate_LetsSome32ComeTogetherWithin16Milliseconds(double perSecond, double milliseconds) =>
        Assert.Equal(milliseconds, CallPace.At(perSecond).TotalMilliseconds, 3);
}
