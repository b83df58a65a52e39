using System.Buffers;
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

    private static string Encode(string content)
    {
        var output = new ArrayBufferWriter<byte>();
        ContentEncoder.Encode(Encoding.ASCII.GetBytes(content), output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
