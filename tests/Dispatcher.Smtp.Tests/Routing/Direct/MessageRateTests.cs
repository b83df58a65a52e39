using Dispatcher.Smtp.Routing.Direct;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Smtp.Tests.Routing.Direct;

public class MessageRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void WaitFor_WithoutARate_IsZero()
    {
        var rate = new MessageRate(_time, () => null);
        rate.Take();
        Assert.Equal(TimeSpan.Zero, rate.WaitFor(1000));
    }

    [Fact]
    public void WaitFor_WhoeverObeys_KeepsTheRate()
    {
        var rate = new MessageRate(_time, () => 60);
        var (taken, begun) = (0, _time.GetUtcNow());
        while (_time.GetUtcNow() - begun < TimeSpan.FromMinutes(10))
        {
            var wait = rate.WaitFor(0);
            if (wait > TimeSpan.Zero)
            {
                _time.Advance(wait);
                continue;
            }

            rate.Take();
            taken++;
        }

        Assert.InRange(taken, 595, 606);
    }

    [Fact]
    public void Take_WithoutAsking_IsPaidForLater()
    {
        var rate = new MessageRate(_time, () => 60);
        for (var i = 0; i < 20; i++)
        {
            rate.Take();
        }

        Assert.InRange(rate.WaitFor(0).TotalSeconds, 15.9, 16.1); // 5 at once, 15 owed, and its own
        _time.Advance(TimeSpan.FromSeconds(17));
        Assert.Equal(TimeSpan.Zero, rate.WaitFor(0));
    }
}
