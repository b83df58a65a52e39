using Dispatcher.Core.Text;

namespace Dispatcher.Core.Tests.Text;

public sealed class IsoMomentTests
{
    [Theory]
    [InlineData("2026-11-22", "2026-11-22T00:00:00.0000000+00:00")]
    [InlineData("2026-11-22T10:30", "2026-11-22T10:30:00.0000000+00:00")]
    [InlineData("2026-11-22T10:30:05", "2026-11-22T10:30:05.0000000+00:00")]
    [InlineData("2026-11-22T10:30:05Z", "2026-11-22T10:30:05.0000000+00:00")]
    [InlineData("2026-11-22T10:30:05.25+02:00", "2026-11-22T08:30:05.2500000+00:00")]
    [InlineData("2024-02-29", "2024-02-29T00:00:00.0000000+00:00")]
    public void TryParse_IsoForm_IsUtc(string text, string expected)
    {
        Assert.True(IsoMoment.TryParse(text, out var moment));
        Assert.Equal(expected, moment.ToString("O"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("22/11/2026")]
    [InlineData("2026-11-22 10:30")]
    [InlineData("2026-02-29")]
    [InlineData(" 2026-11-22")]
    [InlineData("20261122")]
    public void TryParse_AnythingElse_IsNone(string? text) => Assert.False(IsoMoment.TryParse(text, out _));
}
