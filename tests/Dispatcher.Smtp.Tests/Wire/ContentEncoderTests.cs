using System.Text;
using Dispatcher.Smtp.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Smtp.Tests.Wire;

public class ContentEncoderTests
{
    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData(".\r\n..\r\n.a\r\n", "..\r\n...\r\n..a\r\n.\r\n")]
    [InlineData("a\n.\nb\r\n", "a\r\n..\r\nb\r\n.\r\n")]
    [InlineData("a\r.\r\n", "a\r\n..\r\n.\r\n")]
    [InlineData("a\r\r\n.\r\n", "a\r\n\r\n..\r\n.\r\n")]
    [InlineData("a\r\n\r\n", "a\r\n\r\n.\r\n")]
    public void Encode_Content_IsNormalisedAndStuffed(string content, string wire) => Assert.Equal(wire, Encode(content));

    [Fact]
    public void Encode_AnyContent_EndsOnlyAtItsEnd()
    {
        var risky = Gen.Elements('\r', '\n', '.', 'a').ArrayOf().Select(chars => new string(chars)).ToArbitrary();

        Prop.ForAll(risky, content =>
        {
            var wire = Encode(content);
            Assert.Equal(wire.Length - 3, ("\r\n" + wire).IndexOf("\r\n.\r\n", StringComparison.Ordinal));
            Assert.DoesNotMatch(@"\r(?!\n)|(?<!\r)\n", wire);
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Encode_AnyContentInBlocksOfAnySize_IsTheSame()
    {
        var risky = Gen.Elements('\r', '\n', '.', 'a', 'b').ArrayOf().Select(chars => new string(chars)).ToArbitrary();
        var sizes = Gen.Choose(16, 40).ToArbitrary();

        Prop.ForAll(risky, sizes, (content, size) => Encode(content, size) == Encode(content, 10_000)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Encode_LineLongerThanABlock_IsNotBroken()
    {
        var line = "." + new string('x', 500) + ".";

        Assert.Equal("." + line + "\r\n..\r\n.\r\n", Encode(line + "\n.", 32));
    }

    private static string Encode(string content, int blockSize = 64)
    {
        var encoder = new ContentEncoder(Encoding.ASCII.GetBytes(content));
        var output = new StringBuilder();
        var block = new byte[blockSize];
        while (!encoder.IsAtEnd)
        {
            output.Append(Encoding.ASCII.GetString(block.AsSpan(0, encoder.Encode(block))));
        }

        return output.Append(Encoding.ASCII.GetString(ContentEncoder.FinalDot)).ToString();
    }
}
