using Dispatcher.Core.Dns;

namespace Dispatcher.Core.Tests.Dns;

public sealed class MailDomainTests
{
    private static readonly Dictionary<string, string> Table = new()
    {
        ["MX fine.example"] = "20,b.fine.example 10,a.fine.example",
        ["A b.fine.example"] = "192.0.2.2",
        ["A implicit.example"] = "192.0.2.3",
        ["AAAA six.example"] = "2001:db8::1",
        ["MX null.example"] = "0,",
        ["TXT web.example"] = "x",
        ["MX broken.example"] = "10,gone.example 20,gone2.example",
        ["MX silent.example"] = "!",
        ["MX half.example"] = "10,dead.example",
        ["A dead.example"] = "!",
        ["MX xn--rksmrgs-5wao1o.example"] = "10,b.fine.example",
        ["MX many.example"] = string.Join(' ', Enumerable.Range(1, 30).Select(n => $"{n},gone{n}.example")),
    };

    [Theory]
    [InlineData("fine.example", MailDomainKind.TakesMail)]
    [InlineData("implicit.example", MailDomainKind.TakesMail)]
    [InlineData("six.example", MailDomainKind.TakesMail)]
    [InlineData("räksmörgås.example", MailDomainKind.TakesMail)]
    [InlineData("null.example", MailDomainKind.NullMx)]
    [InlineData("none.example", MailDomainKind.NoSuchDomain)]
    [InlineData("web.example", MailDomainKind.NoMailServer)]
    [InlineData("broken.example", MailDomainKind.BrokenMx)]
    [InlineData("silent.example", MailDomainKind.Unknown)]
    [InlineData("half.example", MailDomainKind.Unknown)]
    [InlineData("many.example", MailDomainKind.Unknown)]
    public async Task FindAsync_Domain_IsOfAKind(string domain, MailDomainKind kind)
    {
        var resolver = new TableResolver(Table);

        var found = await MailDomain.FindAsync(resolver, domain, TestContext.Current.CancellationToken);

        Assert.Equal(kind, found.Kind);
        Assert.Equal(kind is MailDomainKind.TakesMail or MailDomainKind.Unknown, found.Fault is null);
        Assert.InRange(resolver.Asked, 1, 11);
    }

    [Fact]
    public async Task FindAsync_Exchangers_ComeInTheirOrder() => Assert.Equal(
        ["a.fine.example", "b.fine.example"],
        (await MailDomain.FindAsync(new TableResolver(Table), "fine.example", TestContext.Current.CancellationToken)).Exchangers.Select(mx => mx.Exchange));
}
