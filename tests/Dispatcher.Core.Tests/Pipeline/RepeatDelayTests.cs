using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Pipeline;

/// <summary>The wait that a start leaves behind in case its outcome stays unknown.</summary>
public sealed class RepeatDelayTests
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(30);

    private readonly FakeTimeProvider _time = new();
    private double _random;

    [Fact]
    public void Of_WithinASecond_IsTheSame()
    {
        var delay = Create();
        var first = delay.Of(Tenant("acme"));
        _random = 1;
        _time.Advance(TimeSpan.FromMilliseconds(999));

        Assert.Equal(First, first);
        Assert.Equal(first, delay.Of(Tenant("beta")));
    }

    [Fact]
    public void Of_ASecondLater_IsDrawnAnew()
    {
        var delay = Create();
        delay.Of(Tenant("acme"));
        _random = 1;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(First * 1.5, delay.Of(Tenant("acme")));
    }

    [Fact]
    public void Of_ATenantWithItsOwnSchedule_IsByThat()
    {
        var delay = Create();
        var own = Tenant("own") with { Retry = new TenantRetry([TimeSpan.FromMinutes(7)], null) };

        Assert.Equal(First, delay.Of(Tenant("acme")));
        Assert.Equal(TimeSpan.FromMinutes(7), delay.Of(own));
        Assert.Equal(First, delay.Of(Tenant("acme")));
    }

    [Fact]
    public void Of_ATenantThatWantsNoRepeats_IsNone() =>
        Assert.Null(Create().Of(Tenant("acme") with { Uncertain = UncertainPolicy.Hold }));

    private RepeatDelay Create() => new(new RetrySchedule(new RetryOptions { Jitter = 0.5 }, () => _random), _time);

    private static TenantSettings Tenant(string name) => TenantSettings.Default(name);
}
