using Dispatcher.Core.Pipeline;

namespace Dispatcher.Core.Tests.Pipeline;

public sealed class ThroughputTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMilliseconds(250);

    private readonly Throughput _throughput = new();

    [Fact]
    public void Sample_AfterRest_IsTheNewRateAtOnce()
    {
        _throughput.Sample(Quarter);
        _throughput.Add(2_000);
        _throughput.Sample(Quarter);

        Assert.Equal(8_000, _throughput.PerSecond);
    }

    [Fact]
    public void Sample_NothingMore_FallsByAQuarterEachTime()
    {
        _throughput.Add(2_000);
        _throughput.Sample(Quarter);
        _throughput.Sample(Quarter);
        Assert.Equal(6_000, _throughput.PerSecond);
        _throughput.Sample(Quarter);

        Assert.Equal(4_500, _throughput.PerSecond);
    }

    [Fact]
    public void Sample_LateTick_CountsTheTimeThatPassed()
    {
        _throughput.Add(3_000);
        _throughput.Sample(TimeSpan.FromSeconds(1));

        Assert.Equal(3_000, _throughput.PerSecond);
    }

    [Fact]
    public void Sample_NoTimePassed_SaysNothingAndForgetsNothing()
    {
        _throughput.Add(100);
        _throughput.Sample(TimeSpan.Zero);
        Assert.Equal(0, _throughput.PerSecond);

        _throughput.Sample(Quarter);

        Assert.Equal(400, _throughput.PerSecond);
    }
}
