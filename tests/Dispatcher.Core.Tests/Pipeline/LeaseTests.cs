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

    /// <summary>A process that stood still (SIGSTOP, a host that was suspended) beats again as if nothing had happened, and goes on with what it was
    /// sending; what others judged meanwhile may have been repeated.</summary>
    [Theory]
    [InlineData(1, 19, false)]
    [InlineData(8, 12, false)]
    [InlineData(1, 9, true)]
    public void Permit_OfWhatWasBegunBeforeALongSilence_IsGoneForGood(double sentAfter, double heardAfter, bool expected)
    {
        var time = new FakeTimeProvider();
        var lease = new Lease(time, LeaseOptions.Of(TimeSpan.FromSeconds(5)).SafeFor);
        lease.Confirm(time.GetTimestamp());
        var begun = lease.Permit;
        Assert.True(begun.MayFinish);

        time.Advance(TimeSpan.FromSeconds(sentAfter));
        var sentAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(heardAfter));
        lease.Confirm(sentAt);
        Assert.False(begun.MayFinish);
        lease.Confirm(time.GetTimestamp());

        Assert.Equal(expected, begun.MayFinish);
        Assert.True(lease.Permit.MayFinish);
    }

    /// <summary>The engine knows a worker from its first claim on, and may have judged what it started since.</summary>
    [Theory]
    [InlineData(15.9, true)]
    [InlineData(16, false)]
    public void Permit_BeforeTheFirstHeartbeat_IsGoodOnceThatIsConfirmedSoonEnough(double after, bool expected)
    {
        var time = new FakeTimeProvider();
        var lease = new Lease(time, TimeSpan.FromSeconds(4));
        var begun = lease.Permit;
        Assert.False(begun.MayFinish);

        time.Advance(TimeSpan.FromSeconds(after));
        lease.Confirm(time.GetTimestamp());

        Assert.Equal(expected, begun.MayFinish);
        Assert.True(lease.Permit.MayFinish);
    }
}
