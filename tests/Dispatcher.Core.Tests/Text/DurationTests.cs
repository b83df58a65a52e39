using Dispatcher.Core.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Core.Tests.Text;

public sealed class DurationTests
{
    [Theory]
    [InlineData("P7D", 7 * 86_400)]
    [InlineData("P2W", 14 * 86_400)]
    [InlineData("PT1H", 3_600)]
    [InlineData("P1DT2H3M4S", 93_784)]
    [InlineData("PT90M", 5_400)]
    [InlineData("PT0S", 0)]
    public void TryParse_IsoDuration_IsRead(string text, int seconds)
    {
        Assert.True(IsoDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("7D")]
    [InlineData("p7d")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("P1H")]
    [InlineData("PT1D")]
    [InlineData("P1D1D")]
    [InlineData("PT1S1M")]
    [InlineData("-P1D")]
    [InlineData("P-1D")]
    [InlineData("PT1.5H")]
    [InlineData("P1")]
    [InlineData("P999999999D")]
    [InlineData("P99999999999999999999D")]
    [InlineData("P1D ")]
    public void TryParse_OtherText_Fails(string text) => Assert.False(IsoDuration.TryParse(text, out _));

    [Fact]
    public void Format_WholeSeconds_RoundTrip() => Prop.ForAll(Gen.Choose(0, 400 * 86_400).ToArbitrary(), seconds =>
        IsoDuration.TryParse(IsoDuration.Format(TimeSpan.FromSeconds(seconds)), out var read) && read.TotalSeconds == seconds)
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("90s", 90)]
    [InlineData("30m", 1_800)]
    [InlineData(" 1h ", 3_600)]
    [InlineData("4d", 345_600)]
    [InlineData("0.5h", 1_800)]
    [InlineData("00:30:00", 1_800)]
    [InlineData("4.00:00:00", 345_600)]
    public void TryParse_DurationText_IsRead(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("m")]
    [InlineData("-1h")]
    [InlineData("-00:30:00")]
    [InlineData("1y")]
    [InlineData("999999999999d")]
    [InlineData("NaNs")]
    public void TryParse_NoDuration_Fails(string text) => Assert.False(DurationText.TryParse(text, out _));
}
