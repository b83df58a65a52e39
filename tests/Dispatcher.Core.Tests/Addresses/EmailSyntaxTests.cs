using Dispatcher.Core.Addresses;

namespace Dispatcher.Core.Tests.Addresses;

public sealed class EmailSyntaxTests
{
    [Theory]
    [InlineData("eva@example.com")]
    [InlineData("eva.berg+shop@mail.example.co.uk")]
    [InlineData("o'neil_{x}!#$%&*/=?^`|~-@example.com")]
    [InlineData("a@b.co")]
    [InlineData("eva@räksmörgås.example")]
    [InlineData("eva@xn--rksmrgs-5wao1o.example")]
    [InlineData("jürgen@example.com")]
    [InlineData("用户@例子.广告")]
    public void FindFault_WellFormed_IsNull(string address) => Assert.Null(EmailSyntax.FindFault(address));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("eva")]
    [InlineData("@example.com")]
    [InlineData("eva@")]
    [InlineData("eva@localhost")]
    [InlineData("eva@@example.com")]
    [InlineData("e va@example.com")]
    [InlineData(" eva@example.com")]
    [InlineData("eva@example.com ")]
    [InlineData("eva@example.com.")]
    [InlineData("eva@.example.com")]
    [InlineData("eva@exa..mple.com")]
    [InlineData(".eva@example.com")]
    [InlineData("eva.@example.com")]
    [InlineData("e..va@example.com")]
    [InlineData("\"eva\"@example.com")]
    [InlineData("Eva <eva@example.com>")]
    [InlineData("eva@example.com,b@example.com")]
    [InlineData("eva@-example.com")]
    [InlineData("eva@example-.com")]
    [InlineData("eva@exa_mple.com")]
    [InlineData("eva@192.0.2.1")]
    [InlineData("eva@[192.0.2.1]")]
    [InlineData("eva@[IPv6:2001:db8::1]")]
    [InlineData("eva(comment)@example.com")]
    [InlineData("eva\r\nBcc: x@example.com")]
    [InlineData("eva@example.com\n")]
    [InlineData("eva\0@example.com")]
    [InlineData("e\u202Eva@example.com")]
    [InlineData("e\u200Bva@example.com")]
    [InlineData("\ud800@example.com")]
    [InlineData("eva@\u202Eexample.com")]
    public void FindFault_Malformed_SaysWhy(string address) => Assert.NotNull(EmailSyntax.FindFault(address));

    [Theory]
    [InlineData("eva@example.com ", "white space")]
    [InlineData("e va@example.com", "a space")]
    [InlineData("eva@exam\u00A0ple.com", "a space")]
    [InlineData("Eva <eva@example.com>", "angle brackets")]
    [InlineData("mailto:eva@example.com ", "white space")]
    [InlineData("mailto:eva@example.com", "mailto:")]
    [InlineData("eva@example.com,b@example.com", "comma")]
    [InlineData("eva@example.com;", "semicolon")]
    [InlineData("eva(comment)@example.com", "comment")]
    [InlineData("eva@b@example.com", "more than one @")]
    [InlineData("\"e va\"@example.com", "quoted")]
    [InlineData("eva\0@example.com", "control character")]
    [InlineData("e\u200Bva@example.com", "can't be seen")]
    [InlineData("eva@xn--.example", "hyphen")]
    [InlineData("eva@xn--a.example", "xn--")]
    [InlineData("eva@xn--example.com", "xn--")]
    [InlineData("eva@[192.0.2.1]", "literal")]
    [InlineData("eva@localhost", "no dot")]
    [InlineData("eva..b@example.com", "dot")]
    public void FindFault_CommonMistake_IsCalledByItsName(string address, string words) =>
        Assert.Contains(words, EmailSyntax.FindFault(address), StringComparison.Ordinal);

    [Theory]
    [InlineData("gmial.com", "gmail.com")]
    [InlineData("gmal.com", "gmail.com")]
    [InlineData("GMAIL.CON", "gmail.com")]
    [InlineData("gmail.cm", "gmail.com")]
    [InlineData("gmial.cmo", "gmail.com")]
    [InlineData("hotmial.com", "hotmail.com")]
    [InlineData("hotmail.con", "hotmail.com")]
    [InlineData("outlok.com", "outlook.com")]
    [InlineData("yahho.com", "yahoo.com")]
    [InlineData("acme.con", "acme.com")]
    [InlineData("gmail.com", null)]
    [InlineData("gmail.de", null)]
    [InlineData("mail.com", null)]
    [InlineData("ymail.com", null)]
    [InlineData("hotmail.ch", null)]
    [InlineData("acme.com", null)]
    [InlineData("acme.example", null)]
    [InlineData("con", null)]
    public void Suggest_Domain_KnowsWhatWasMeant(string domain, string? meant) => Assert.Equal(meant, DomainTypos.Suggest(domain));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void FindFault_LengthOfLocalPart_IsBounded(int length, bool fine) =>
        Assert.Equal(fine, EmailSyntax.FindFault(new string('a', length) + "@example.com") is null);

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    [InlineData(1_000_000, false)]
    public void FindFault_LengthOfAddress_IsBounded(int length, bool fine)
    {
        var rest = length - "a@".Length - ".com".Length;
        var labels = string.Join('.', Enumerable.Repeat(new string('b', 62), rest / 63).Append(new string('c', rest % 63 == 0 ? 1 : rest % 63)));
        var address = ("a@" + labels + ".com").PadLeft(length, 'a');

        Assert.Equal(length, address.Length);
        Assert.Equal(fine, EmailSyntax.FindFault(address) is null);
    }

    [Fact]
    public void FindFault_AsciiAddress_AllocatesNothing()
    {
        const string Address = "eva.berg@mail.example.com";
        EmailSyntax.FindFault(Address);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var count = 0; count < 100; count++)
        {
            EmailSyntax.FindFault(Address);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("eva@example.com", "eva@example.com")]
    [InlineData("eva@räksmörgås.example", "eva@xn--rksmrgs-5wao1o.example")]
    public void ToWire_InternationalDomain_BecomesAscii(string address, string wire) => Assert.Equal(wire, EmailSyntax.ToWire(address));

    [Theory]
    [InlineData("+46701234567", true)]
    [InlineData("+4670", false)]
    [InlineData("0701234567", false)]
    [InlineData("+46 70 123 45 67", false)]
    [InlineData("+0701234567", false)]
    [InlineData("", false)]
    [InlineData("+1234567890123456", false)]
    public void PhoneSyntax_Number_MustBeInternational(string number, bool fine) => Assert.Equal(fine, PhoneSyntax.FindFault(number) is null);

    [Theory]
    [InlineData("Acme", true)]
    [InlineData("Åkes Bil & Båt AB", true)]
    [InlineData("Sale @ Acme", true)]
    [InlineData("دکان‌ها", true)]
    [InlineData("", false)]
    [InlineData("  ", false)]
    [InlineData("ceo@bank.example", false)]
    [InlineData("Bank <ceo@bank.example>", false)]
    [InlineData("ceo\uFF20bank.example", false)]
    [InlineData("Acme\r\nBcc: x", false)]
    [InlineData("\u202EemcA", false)]
    [InlineData("Ac\u200Bme", false)]
    public void SenderNameSyntax_Name_MustBeAName(string name, bool fine) => Assert.Equal(fine, SenderNameSyntax.FindFault(name) is null);

    [Fact]
    public void SenderNameSyntax_LongName_IsRefused() => Assert.NotNull(SenderNameSyntax.FindFault(new string('a', 101)));
}
