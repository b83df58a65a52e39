using Dispatcher.Core.Sending;
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
        return sut.Delay(Deferred, attempt) <= sut.Delay(Deferred, attempt + 1)
            && sut.Delay(Greylisted, attempt) <= sut.Delay(Greylisted, attempt + 1)
            && sut.Delay(Greylisted, attempt) <= sut.Delay(Deferred, attempt);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.5, 31.5)]
    [InlineData(0.999, 32.997)]
    public void Next_Jitter_LengthensByItsShare(double random, double minutes) =>
        Assert.Equal(minutes, new RetrySchedule(new RetryOptions(), () => random).Next(Deferred, 1, TimeSpan.Zero)!.Value.TotalMinutes, 3);

    private static RetrySchedule CreateSut() => new(new RetryOptions(), () => 0);
}
