using System.Text;
using Dispatcher.Smtp.Replies;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Smtp.Tests.Replies;

public class ReplyParserTests
{
    private const string MultiLine = "250-mx.example.com\r\n250-SIZE 1000\r\n250 8BITMIME\r\n";

    [Theory]
    [InlineData("250 ok\r\n", 250, null, "ok")]
    [InlineData("250 ok\n", 250, null, "ok")]
    [InlineData("250\r\n", 250, null, "")]
    [InlineData("250 \r\n", 250, null, "")]
    [InlineData("550 5.1.1 user unknown\r\n", 550, "5.1.1", "user unknown")]
    [InlineData("550-5.1.1 user\r\n550 5.1.1 unknown\r\n", 550, "5.1.1", "user unknown")]
    [InlineData("550 5.1.1\r\n", 550, "5.1.1", "")]
    [InlineData("550 5.1234.1 no code\r\n", 550, null, "5.1234.1 no code")]
    [InlineData("550 3.1.1 no code\r\n", 550, null, "3.1.1 no code")]
    [InlineData("550 5.1 no code\r\n", 550, null, "5.1 no code")]
    public void Feed_Reply_IsReadWhole(string bytes, int code, string? enhanced, string text)
    {
        var result = new ReplyParser().Feed(Encoding.UTF8.GetBytes(bytes), out var used, out var reply);

        Assert.Equal((ParseResult.Complete, bytes.Length), (result, used));
        Assert.Equal((code, enhanced, text), (reply!.Code, reply.EnhancedCode, reply.Text));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("25\r\n")]
    [InlineData("hello there\r\n")]
    [InlineData("150 early\r\n")]
    [InlineData("650 late\r\n")]
    [InlineData("250+what\r\n")]
    [InlineData("2500 too long\r\n")]
    [InlineData("250-one\r\n251 two\r\n")]
    [InlineData("-50 minus\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public void Feed_NoReply_IsMalformed(string bytes)
    {
        Assert.Equal(ParseResult.Malformed, new ReplyParser().Feed(Encoding.UTF8.GetBytes(bytes), out _, out _));
    }

    [Fact]
    public void Feed_SplitAtAnyByte_GivesTheSameReply()
    {
        var bytes = Encoding.UTF8.GetBytes(MultiLine);
        for (var at = 1; at < bytes.Length; at++)
        {
            var sut = new ReplyParser();

            Assert.Equal(ParseResult.NeedMore, sut.Feed(bytes.AsSpan(0, at), out var first, out _));
            Assert.Equal(ParseResult.Complete, sut.Feed(bytes.AsSpan(at), out var second, out var reply));

            Assert.Equal(bytes.Length, first + second);
            Assert.Equal(["mx.example.com", "SIZE 1000", "8BITMIME"], reply!.Lines);
        }
    }

    [Fact]
    public void Feed_TwoRepliesAtOnce_LeavesTheSecond()
    {
        var sut = new ReplyParser();
        var bytes = Encoding.UTF8.GetBytes("250 one\r\n421 two\r\n");

        sut.Feed(bytes, out var used, out var first);
        sut.Feed(bytes.AsSpan(used), out _, out var second);

        Assert.Equal((250, 421), (first!.Code, second!.Code));
    }

    [Fact]
    public void Feed_LongLine_IsCut()
    {
        Assert.True(SmtpReply.TryParse("250 " + new string('x', 5_000), out var reply));
        Assert.Equal(996, reply!.Text.Length);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("250-x\r\n")]
    public void Feed_EndlessReply_IsMalformedSoon(string repeated)
    {
        var sut = new ReplyParser();
        var bytes = Encoding.UTF8.GetBytes("250-" + string.Concat(Enumerable.Repeat(repeated, 100_000 / repeated.Length)));

        Assert.Equal(ParseResult.Malformed, sut.Feed(bytes, out _, out _));
    }

    [Fact]
    public void Feed_AnyBytes_NeverThrows() => Prop.ForAll<byte[]>(bytes =>
    {
        var sut = new ReplyParser();
        var rest = bytes.AsSpan();
        while (sut.Feed(rest, out var used, out _) == ParseResult.Complete)
        {
            rest = rest[used..];
        }
    }).QuickCheckThrowOnFailure();
}
