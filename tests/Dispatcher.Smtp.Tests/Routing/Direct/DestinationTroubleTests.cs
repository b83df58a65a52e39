using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Routing.Direct;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Smtp.Tests.Routing.Direct;

public class DestinationTroubleTests
{
    private static readonly DeliveryOutcome Away = new() { Kind = OutcomeKind.Deferred, Scope = OutcomeScope.Endpoint, Text = "ConnectionRefused" };
    private static readonly DeliveryOutcome Busy = new() { Kind = OutcomeKind.Deferred, Scope = OutcomeScope.Message };
    private static readonly DeliveryOutcome Taken = new() { Kind = OutcomeKind.Delivered };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void WaitBefore_TooFewFailures_IsZero()
    {
        var trouble = new DestinationTrouble(_time);
        trouble.Note(Away);
        trouble.Note(Away);
        trouble.Note(Busy);
        trouble.Note(Away);

        Assert.Equal(TimeSpan.Zero, trouble.WaitBefore());
        Assert.True(trouble.MayKnock());
    }

    [Fact]
    public void WaitBefore_RepeatedFailures_HoldsUntilOneMayTry()
    {
        var trouble = Closed();

        Assert.Equal(DestinationTrouble.FirstWait, trouble.WaitBefore());
        Assert.False(trouble.MayKnock());
        Assert.Equal("ConnectionRefused", trouble.Last);

        _time.Advance(DestinationTrouble.FirstWait);
        Assert.Equal(TimeSpan.Zero, trouble.WaitBefore()); // this one tries
        Assert.True(trouble.WaitBefore() > TimeSpan.Zero); // the next ones wait for it
        Assert.True(trouble.MayKnock());
        Assert.False(trouble.MayKnock());
    }

    [Fact]
    public void Note_ProbeFails_WaitsLongerUpToAnEnd()
    {
        var trouble = Closed();
        var waits = new List<TimeSpan> { trouble.Left };
        for (var i = 0; i < 12; i++)
        {
            _time.Advance(trouble.Left);
            Assert.True(trouble.MayKnock());
            trouble.Note(Away);
            waits.Add(trouble.Left);
        }

        Assert.Equal(waits.Order(), waits);
        Assert.Equal(DestinationTrouble.FirstWait * 2, waits[1]);
        Assert.Equal(DestinationTrouble.LongestWait, waits[^1]);
    }

    [Fact]
    public void Note_ProbeIsTaken_ForgetsAll()
    {
        var trouble = Closed();
        _time.Advance(DestinationTrouble.FirstWait);
        Assert.True(trouble.MayKnock());

        trouble.Note(Taken);

        Assert.Equal((TimeSpan.Zero, null), (trouble.WaitBefore(), trouble.Last));
        Assert.True(trouble.MayKnock() && trouble.MayKnock());
    }

    [Fact]
    public void WaitBefore_ProbeNeverComesBack_AnotherMayTry()
    {
        var trouble = Closed();
        _time.Advance(DestinationTrouble.FirstWait);
        Assert.Equal(TimeSpan.Zero, trouble.WaitBefore());

        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(TimeSpan.Zero, trouble.WaitBefore());
    }

    [Fact]
    public void Note_ProbeIsInterrupted_TheNextMayTry()
    {
        var trouble = Closed();
        _time.Advance(DestinationTrouble.FirstWait);
        Assert.True(trouble.MayKnock());

        trouble.Note(new DeliveryOutcome { Kind = OutcomeKind.Interrupted });

        Assert.True(trouble.MayKnock());
    }

    private DestinationTrouble Closed()
    {
        var trouble = new DestinationTrouble(_time);
        for (var i = 0; i < DestinationTrouble.Failures; i++)
        {
            trouble.Note(Away);
        }

        return trouble;
    }
}
