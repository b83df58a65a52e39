using Dispatcher.Core.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Pipeline;

public sealed class LeaseTests
{
    [Fact]
    public void MayFinish_HeartbeatOlderThanFourSeconds_IsFalse()
    {
        var time = new FakeTimeProvider();
        var lease = new Lease(time, LeaseOptions.Of(TimeSpan.FromSeconds(5)).SafeFor);
        Assert.False(lease.MayFinish);

        lease.Confirm(time.GetTimestamp());
        time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.True(lease.MayFinish);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(lease.MayFinish);
    }
}
