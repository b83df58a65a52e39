using Dispatcher.Core.Sending;
using Dispatcher.Core.Tenants;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Core.Tests.Sending;

public sealed class RetryScheduleTests
{
    private static readonly DeliveryOutcome Deferred = new() { Kind = OutcomeKind.Deferred };
    private static readonly DeliveryOutcome Greylisted = Deferred with { RetryClass = RetryClass.Greylisted };
    private static readonly DeliveryOutcome Uncertain = new() { Kind = OutcomeKind.Uncertain };

    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 60)]
    [InlineData(3, 120)]
    [InlineData(4, 240)]
    [InlineData(5, 480)]
    [InlineData(6, 960)]
    [InlineData(7, 1_440)]
    [InlineData(8, 1_440)]
    [InlineData(1_000_000, 1_440)]
    public void Next_Deferred_FollowsTheSchedule(int attempt, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), CreateSut().Next(Deferred, attempt, TimeSpan.Zero));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    [InlineData(9, 1_440)]
    public void Next_Greylisted_WaitsAShortTimeFirst(int attempt, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), CreateSut().Next(Greylisted, attempt, TimeSpan.Zero));

    [Theory]
    [InlineData(RetryClass.RateLimited, "2,5,15,30,60,120")]
    [InlineData(RetryClass.MailboxFull, "240,720,1440,1440")]
    [InlineData(RetryClass.ServerTrouble, "5,15,30,60")]
    public void Next_ClassWithStepsOfItsOwn_TakesThemFirst(RetryClass retryClass, string minutes)
    {
        var attempt = 1;
        foreach (var expected in minutes.Split(',').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)))
        {
            Assert.Equal(TimeSpan.FromMinutes(expected), CreateSut().Next(Deferred with { RetryClass = retryClass }, attempt++, TimeSpan.Zero));
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 1, 1800)]
    [InlineData(5, 1, 3600)]
    [InlineData(5, 7200, 7200)]
    public void Next_PeerNamesAWait_IsTakenAtItsWordAFewTimes(int attempt, int named, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), CreateSut().Next(Deferred with { RetryAfter = TimeSpan.FromSeconds(named) }, attempt, TimeSpan.Zero));

    [Fact]
    public void Next_NoConnectionToARelay_IsTriedAgainAsSoonAsTheRelayMayBeBack() => Assert.Equal(
        TimeSpan.FromSeconds(5), CreateSut().Next(Deferred with { RetryAfter = TimeSpan.FromSeconds(5), Uncounted = true }, 9, TimeSpan.Zero));

    [Fact]
    public void Next_ScheduleOfTheDestination_GoesBeforeTheTenants()
    {
        var own = new TenantRetry([TimeSpan.FromMinutes(1)], TimeSpan.FromHours(9));
        var outcome = Deferred with { Schedule = [TimeSpan.FromMinutes(7), TimeSpan.FromHours(2)] };

        Assert.Equal(TimeSpan.FromMinutes(7), CreateSut().Next(outcome, 1, TimeSpan.Zero, own));
        Assert.Equal(TimeSpan.FromHours(2), CreateSut().Next(outcome, 5, TimeSpan.Zero, own));
        Assert.Null(CreateSut().Next(outcome, 5, TimeSpan.FromHours(9), own));
    }

    [Fact]
    public void Next_TenantsOwnSchedule_GoesBeforeAndCapsTheClasses()
    {
        var own = new TenantRetry([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)], TimeSpan.FromHours(1));
        var sut = CreateSut();

        Assert.Equal(TimeSpan.FromMinutes(1), sut.Next(Deferred, 1, TimeSpan.Zero, own));
        Assert.Equal(TimeSpan.FromMinutes(3), sut.Next(Deferred, 9, TimeSpan.Zero, own));
        Assert.Equal(TimeSpan.FromMinutes(3), sut.Next(Deferred with { RetryClass = RetryClass.MailboxFull }, 1, TimeSpan.Zero, own));
        Assert.Null(sut.Next(Deferred, 1, TimeSpan.FromHours(1), own));
        Assert.Equal(TimeSpan.FromMinutes(30), sut.Next(Deferred, 1, TimeSpan.Zero, new TenantRetry([], null)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Next_Uncertain_WaitsTheFirstStep(int attempt) =>
        Assert.Equal(TimeSpan.FromMinutes(30), CreateSut().Next(Uncertain, attempt, TimeSpan.Zero));

    [Theory]
    [InlineData(-5, 1)]
    [InlineData(0, 1)]
    [InlineData(90, 90)]
    [InlineData(10_000_000, 86_400)]
    public void Next_PeerNamedAWait_IsHonouredWithinBounds(int seconds, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected), CreateSut().Next(Deferred with { RetryAfter = TimeSpan.FromSeconds(seconds) }, 3, TimeSpan.Zero));

    [Fact]
    public void Next_AgeReached_GivesUp()
    {
        var sut = CreateSut();

        Assert.NotNull(sut.Next(Deferred, 9, TimeSpan.FromDays(4) - TimeSpan.FromSeconds(1)));
        Assert.Null(sut.Next(Deferred, 9, TimeSpan.FromDays(4)));
    }

    [Theory]
    [InlineData(OutcomeKind.Unset)]
    [InlineData(OutcomeKind.Delivered)]
    [InlineData(OutcomeKind.Rejected)]
    [InlineData(OutcomeKind.Interrupted)]
    public void Next_OutcomeThatIsNotRetried_Throws(OutcomeKind kind) =>
        Assert.Throws<ArgumentException>(() => CreateSut().Next(new DeliveryOutcome { Kind = kind }, 1, TimeSpan.Zero));

    [Fact]
    public void Next_AnyInput_IsPositiveAndCapped() => Prop.ForAll(
        Gen.Choose(1, 1_000).ToArbitrary(), Gen.Choose(0, 999).ToArbitrary(), Gen.Choose(-1_000, 1_000_000).ToArbitrary(), (attempt, random, after) =>
        {
            var sut = new RetrySchedule(new RetryOptions(), () => random / 1_000d);
            DeliveryOutcome[] outcomes = [Deferred, Greylisted, Uncertain, Deferred with { RetryAfter = TimeSpan.FromSeconds(after) }];
            return outcomes.All(outcome => sut.Next(outcome, attempt, TimeSpan.Zero) is { } wait
                && wait > TimeSpan.Zero && wait <= TimeSpan.FromDays(1.1) && wait >= sut.Delay(outcome, attempt));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Delay_LaterAttempt_IsNeverShorter() => Prop.ForAll(Gen.Choose(1, 100).ToArbitrary(), attempt =>
    {
        var sut = CreateSut();
        return Enum.GetValues<RetryClass>().Select(retryClass => Deferred with { RetryClass = retryClass }).All(outcome =>
                sut.Delay(outcome, attempt) > TimeSpan.Zero
                && sut.Delay(outcome, attempt) <= sut.Delay(outcome, attempt + 1)
                && sut.Delay(outcome, attempt) <= TimeSpan.FromDays(1))
            && sut.Delay(Greylisted, attempt) <= sut.Delay(Deferred, attempt);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.5, 31.5)]
    [InlineData(0.999, 32.997)]
    public void Next_Jitter_LengthensByItsShare(double random, double minutes) =>
        Assert.Equal(minutes, new RetrySchedule(new RetryOptions(), () => random).Next(Deferred, 1, TimeSpan.Zero)!.Value.TotalMinutes, 3);

    private static RetrySchedule CreateSut() => new(new RetryOptions(), () => 0);
}
