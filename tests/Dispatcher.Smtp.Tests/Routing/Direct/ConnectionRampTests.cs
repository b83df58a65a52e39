using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Routing.Direct;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Smtp.Tests.Routing.Direct;

public class ConnectionRampTests
{
    private static readonly DeliveryOutcome Taken = new() { Kind = OutcomeKind.Delivered };
    private static readonly DeliveryOutcome TooFast = new() { Kind = OutcomeKind.Deferred, RetryClass = RetryClass.RateLimited };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Allowed_MessagesAreTaken_GrowsUpToTheCeiling()
    {
        var ramp = new ConnectionRamp(_time, () => 4);
        var seen = new List<int> { ramp.Allowed };
        for (var i = 0; i < ConnectionRamp.Step * 5; i++)
        {
            ramp.Note(Taken);
            seen.Add(ramp.Allowed);
        }

        Assert.Equal([2, 3, 4], seen.Distinct());
        Assert.Equal(ConnectionRamp.Step, seen.IndexOf(3));
    }

    [Fact]
    public void Allowed_CeilingBelowTheStart_IsTheCeiling() => Assert.Equal(1, new ConnectionRamp(_time, () => 1).Allowed);

    [Fact]
    public void Note_ToldToSlowDown_HalvesOnceAndStaysCalmForAWhile()
    {
        var ramp = new ConnectionRamp(_time, () => 8);
        Take(ramp, ConnectionRamp.Step * 6);
        Assert.Equal(8, ramp.Allowed);

        for (var i = 0; i < 8; i++)
        {
            ramp.Note(TooFast);
        }

        Assert.Equal(4, ramp.Allowed);
        Take(ramp, ConnectionRamp.Step * 3);
        Assert.Equal(4, ramp.Allowed);
        _time.Advance(ConnectionRamp.Calm);
        Take(ramp, ConnectionRamp.Step);
        Assert.Equal(5, ramp.Allowed);
    }

    [Fact]
    public void Note_NothingForAnHour_IsFreshAgain()
    {
        var ramp = new ConnectionRamp(_time, () => 8);
        Take(ramp, ConnectionRamp.Step * 6);

        _time.Advance(TimeSpan.FromMinutes(61));
        ramp.Note(Taken);

        Assert.Equal(ConnectionRamp.Start, ramp.Allowed);
    }

    private void Take(ConnectionRamp ramp, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            ramp.Note(Taken);
        }
    }
}
