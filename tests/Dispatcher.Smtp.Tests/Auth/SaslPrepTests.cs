using Dispatcher.Smtp.Auth;

namespace Dispatcher.Smtp.Tests.Auth;

public class SaslPrepTests
{
    /// <summary>The examples of RFC 4013 3, and some of each table.</summary>
    [Theory]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("\u00AA", "a")]
    [InlineData("\u2168", "IX")]
    [InlineData("", "")]
    [InlineData("a b~!", "a b~!")]
    [InlineData("a\u00A0b", "a b")]
    [InlineData("a\u3000b", "a b")]
    [InlineData("bättre", "bättre")]
    [InlineData("ba\u0308ttre", "bättre")]
    [InlineData("\u0627\u0628\u0629", "\u0627\u0628\u0629")]
    [InlineData("\u05D0 1 \u05D1", "\u05D0 1 \u05D1")]
    [InlineData("\U0001F434", "\U0001F434")]
    public void TryPrepare_Allowed_IsBroughtIntoForm(string text, string expected)
    {
        Assert.True(SaslPrep.TryPrepare(text, out var prepared));
        Assert.Equal(expected, prepared);
    }

    [Theory]
    [InlineData("\u0007")]
    [InlineData("a\u007F")]
    [InlineData("ä\u0007")]
    [InlineData("ä\u0085")]
    [InlineData("\u0627\u0031")]
    [InlineData("\u0627a\u0628")]
    [InlineData("\uE000ä")]
    [InlineData("\uFFFD")]
    [InlineData("\u202Eä")]
    [InlineData("\u2028")]
    [InlineData("\u0378")]
    [InlineData("\uFDD0")]
    public void TryPrepare_Forbidden_IsRefused(string text) => Assert.False(SaslPrep.TryPrepare(text, out _));

    [Fact]
    public void TryPrepare_HalfASurrogate_IsRefused() => Assert.False(SaslPrep.TryPrepare("a" + '\uD83D', out _));
}
