using Dispatcher.Core.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Pipeline;

public sealed class OutageTests
{
    [Fact]
    public void IsWorthTelling_FailureAfterFailure_OncePerHalfMinute()
    {
        var time = new FakeTimeProvider();
        var outage = new Outage(time);

        Assert.True(outage.IsWorthTelling());
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(outage.IsWorthTelling());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(outage.IsWorthTelling());
    }

    [Fact]
    public void Ended_AfterAnOutage_IsToldOnceAndTheNextOutageAtOnce()
    {
        var outage = new Outage(new FakeTimeProvider());
        Assert.False(outage.Ended());

        outage.IsWorthTelling();
        Assert.True(outage.Ended());
        Assert.False(outage.Ended());
        Assert.True(outage.IsWorthTelling());
    }
}
