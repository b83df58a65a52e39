using System.Text;
using Dispatcher.Smtp.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Smtp.Tests.Wire;

public class MailboxAddressTests
{
    [Theory]
    [InlineData("eva@example.com", "eva@example.com", false)]
    [InlineData("eva.o'berg+tag@example.com", "eva.o'berg+tag@example.com", false)]
    [InlineData("\"eva.berg@home\"@example.com", "\"eva.berg@home\"@example.com", false)]
    [InlineData("eva@[192.0.2.1]", "eva@[192.0.2.1]", false)]
    [InlineData("eva@[IPv6:2001:db8::1]", "eva@[IPv6:2001:db8::1]", false)]
    [InlineData("eva@exämple.com", "eva@xn--exmple-cua.com", false)]
    [InlineData("évä@example.com", "évä@example.com", true)]
    public void TryParse_SafeAddress_IsTaken(string text, string wire, bool needsUtf8)
    {
        Assert.True(MailboxAddress.TryParse(text, out var address));
        Assert.Equal((wire, needsUtf8), (address.ToString(), address.NeedsUtf8));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("eva")]
    [InlineData("@example.com")]
    [InlineData("eva@")]
    [InlineData("eva berg@example.com")]
    [InlineData("eva@example.com\r\nRCPT TO:<x@example.com>")]
    [InlineData("eva\r\n@example.com")]
    [InlineData("eva\n@example.com")]
    [InlineData("eva\0@example.com")]
    [InlineData("eva@exam\u0001ple.com")]
    [InlineData("eva@example.com> SIZE=1")]
    [InlineData("<eva@example.com>")]
    [InlineData("@a.example,@b.example:eva@example.com")]
    [InlineData("\"a\"b\"@example.com")]
    [InlineData("\"a\\\"@example.com")]
    [InlineData("\"a>\"@example.com")]
    [InlineData("eva@example..com")]
    [InlineData("eva@.example.com")]
    [InlineData("eva@[192.0.2.1")]
    [InlineData("eva@[x] y]")]
    [InlineData("eva\u2028@example.com")]
    [InlineData("eva\u200b@example.com")]
    [InlineData("eva\ud800@example.com")]
    [InlineData("eva,olle@example.com")]
    public void TryParse_UnsafeText_IsRefused(string? text) => Assert.False(MailboxAddress.TryParse(text, out _));

    [Fact]
    public void TryParse_TooLong_IsRefused()
    {
        Assert.False(MailboxAddress.TryParse(new string('a', 65) + "@example.com", out _));
        Assert.False(MailboxAddress.TryParse("a@" + string.Join('.', Enumerable.Repeat("example", 40)), out _));
    }

    [Fact]
    public void TryParse_AnyText_YieldsOnlyOneWireWord() => Prop.ForAll<string, string>((local, domain) =>
    {
        if (MailboxAddress.TryParse(local + "@" + domain, out var address))
        {
            var wire = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(address.ToString()));
            Assert.DoesNotContain(wire, c => c is '\r' or '\n' or ' ' or '<' or '>' || char.IsControl(c));
        }
    }).QuickCheckThrowOnFailure();
}
