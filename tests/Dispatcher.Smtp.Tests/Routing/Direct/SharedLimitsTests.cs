using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Routing.Direct;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Smtp.Tests.Routing.Direct;

/// <summary>A provider with more mail than it takes, in simulated time: how often what waits asks, and whether the provider always has some.</summary>
public class SharedLimitsTests
{
    [Theory]
    [InlineData(1_000, 0.2)]
    [InlineData(1_000, 5)]
    [InlineData(10_000, 5)]
    [InlineData(30_000, 100)]
    [InlineData(100_000, 100)]
    public void Admit_MoreThanAProviderTakes_AsksSeldomAndKeepsItBusy(int waiting, double perSecond)
    {
        var provider = new Provider(waiting) { PerSecond = perSecond };
        provider.Run(90);

        var (asked, taken) = provider.Run(60);

        Assert.InRange(asked / 60d, perSecond, 1.5 * Math.Max(2 * perSecond, Math.Clamp(waiting / 40d, 20, 500)));
        Assert.InRange(taken / 60d, 0.9 * perSecond, (1.05 * perSecond) + 0.1);
    }

    [Fact]
    public void Admit_ProviderBecomesFaster_HasAllWithinAboutAMinute()
    {
        var provider = new Provider(5_000) { PerSecond = 1 };
        provider.Run(120);

        provider.PerSecond = 1_000;
        var (asked, taken) = provider.Run(75);

        Assert.Equal(0, provider.Left);
        Assert.InRange(asked, 0, 1.5 * taken);
    }

    [Fact]
    public void Admit_ProviderPauses_IsBusyAgainAfterwards()
    {
        var provider = new Provider(20_000) { PerSecond = 100 };
        provider.Run(60);

        provider.PerSecond = 0;
        var (asked, _) = provider.Run(20);
        provider.PerSecond = 100;
        var (_, taken) = provider.Run(30);

        Assert.InRange(asked / 20d, 0, 600);
        Assert.InRange(taken / 30d, 90, 105);
    }

    [Fact]
    public void Admit_RuleWithARate_KeepsTheRateAndAsksSeldom()
    {
        var provider = new Provider(5_000, new ShapingRule { Name = "slow", RatePerMinute = 600 }) { PerSecond = 1_000 };
        provider.Run(60);

        var (asked, taken) = provider.Run(60);

        Assert.InRange(taken, 560, 640);
        Assert.InRange(asked / 60d, 10, 150);
    }

    [Fact]
    public void Join_AMillion_AllComeWithinTenMinutes()
    {
        var line = new WaitingLine(new FakeTimeProvider());

        Assert.All(Enumerable.Range(0, 1_000_000).Select(_ => line.Join(1)), wait => Assert.InRange(wait, TimeSpan.Zero, WaitingLine.LongestWait));
    }

    private sealed class Provider
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

        private readonly FakeTimeProvider _time = new();
        private readonly SharedLimits _limits;
        private readonly PriorityQueue<int, DateTimeOffset> _waiting = new();
        private int _inHand;
        private double _mayTake;

        public Provider(int waiting, ShapingRule? rule = null)
        {
            _limits = new SharedLimits("slow", rule ?? new ShapingRule { Name = "slow" }, new ConnectionBudget(() => 100, null), _time);
            _waiting.EnqueueRange(Enumerable.Range(0, waiting), _time.GetUtcNow());
        }

        public double PerSecond { get; set; }

        public int Left => _waiting.Count + _inHand;

        public (int Asked, int Taken) Run(int seconds)
        {
            var (asked, taken, until) = (0, 0, _time.GetUtcNow() + TimeSpan.FromSeconds(seconds));
            while (_time.GetUtcNow() < until)
            {
                _time.Advance(Step);
                var now = _time.GetUtcNow();
                while (_waiting.TryPeek(out var message, out var due) && due <= now)
                {
                    _waiting.Dequeue();
                    asked++;
                    if (_limits.Admit() is var wait && wait > TimeSpan.Zero)
                    {
                        _waiting.Enqueue(message, now + wait);
                        continue;
                    }

                    _limits.Begin();
                    _inHand++;
                }

                for (_mayTake += PerSecond * Step.TotalSeconds; _mayTake >= 1 && _inHand > 0; _mayTake--)
                {
                    _limits.End(new DeliveryOutcome { Kind = OutcomeKind.Delivered });
                    _inHand--;
                    taken++;
                }

                _mayTake = Math.Min(_mayTake, 1);
            }

            return (asked, taken);
        }
    }
}
