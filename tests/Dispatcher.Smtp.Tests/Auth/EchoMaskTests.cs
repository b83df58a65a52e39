using Dispatcher.Smtp.Auth;

namespace Dispatcher.Smtp.Tests.Auth;

public class EchoMaskTests
{
    [Theory]
    [InlineData("Command unrecognized: \"AUTH PLAIN AHUAaG9yc2Ugc3RhYmxl\"", "Command unrecognized: \"AUTH PLAIN ***")]
    [InlineData("bad: AHUAaG9yc2Ug...", "bad: ***")]
    [InlineData("xAHUAaG9yc2Ugc3RhYmxlx", "***")]
    [InlineData("you said HORSE stable!", "you said *** ***")]
    [InlineData("authentication failed", "authentication failed")]
    [InlineData("", "")]
    public void Apply_WordsOfASecret_AreMasked(string text, string expected)
    {
        var mask = new EchoMask();
        mask.Add("horse stable!");
        mask.Add("AHUAaG9yc2Ugc3RhYmxl");

        Assert.Equal(expected, mask.Apply(text));
    }
}
