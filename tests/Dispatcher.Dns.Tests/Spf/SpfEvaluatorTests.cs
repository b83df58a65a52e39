using System.Net;
using Dispatcher.Core.Spf;
using Dispatcher.Dns.Spf;
using Dispatcher.Simulators.Dns;

namespace Dispatcher.Dns.Tests.Spf;

/// <summary>What the public suite leaves out, section by section of RFC 7208.</summary>
public sealed class SpfEvaluatorTests
{
    private const string Us = "192.0.2.1";

    // Who decided, and what it took: what people are shown.
    [Fact]
    public async Task CheckHostAsync_RedirectDecides_NamesTheTermAndWhereItStands()
    {
        var verdict = await CheckAsync(new DnsZone()
            .Txt("acme.example", "v=spf1 include:other.example redirect=_spf.example").Txt("other.example", "v=spf1 ip4:203.0.113.9 -all")
            .Txt("_spf.example", "v=spf1 a:mail.example -all").A("mail.example", "203.0.113.1"));

        Assert.Equal(SpfResult.Fail, verdict.Result);
        Assert.Equal(("-all", "_spf.example"), (verdict.Mechanism, verdict.DecidedBy));
        Assert.Equal("v=spf1 include:other.example redirect=_spf.example", verdict.Record);
        Assert.Equal((3, 0), (verdict.Lookups, verdict.VoidLookups));
        Assert.Null(verdict.Problem);
    }

    // Section 4.6.4: an mx with many hosts that lack IPv6 addresses is one term, not many void look-ups.
    [Fact]
    public async Task CheckHostAsync_ExchangersWithoutAddressesOfTheFamily_AreNotVoidLookups()
    {
        var zone = new DnsZone().Txt("acme.example", "v=spf1 mx ip6:2001:db8::1 -all");
        for (ushort i = 0; i < 5; i++)
        {
            zone.Mx("acme.example", i, $"mx{i}.example").A($"mx{i}.example", "203.0.113.1");
        }

        var verdict = await CheckAsync(zone, address: "2001:db8::1");

        Assert.Equal((SpfResult.Pass, 0), (verdict.Result, verdict.VoidLookups));
    }

    // Section 5.2, and the explanation of an included record is never used.
    [Fact]
    public async Task CheckHostAsync_IncludeLeadsNowhere_IsPermanentAndSaysWhere()
    {
        var verdict = await CheckAsync(new DnsZone().Txt("acme.example", "v=spf1 include:gone.example -all"));

        Assert.Equal(SpfResult.PermError, verdict.Result);
        Assert.Contains("include:gone.example", verdict.Problem, StringComparison.Ordinal);
    }

    // Section 4.6.4: ten look-ups and no more, wherever they stand.
    [Fact]
    public async Task CheckHostAsync_EleventhLookup_IsPermanent()
    {
        var zone = new DnsZone();
        for (var i = 0; i < 12; i++)
        {
            zone.Txt($"r{i}.example", $"v=spf1 include:r{i + 1}.example -all");
        }

        var verdict = await CheckAsync(zone, sender: "a@r0.example");

        Assert.Equal((SpfResult.PermError, 11), (verdict.Result, verdict.Lookups));
        Assert.Contains("more than 10", verdict.Problem, StringComparison.Ordinal);
    }

    // RFC 8616 section 4: what can't be written into a name matches nothing.
    [Fact]
    public async Task CheckHostAsync_InternationalLocalPartInAName_DoesNotMatch()
    {
        var zone = new DnsZone().Txt("acme.example", "v=spf1 exists:%{l}.users.example -all").A("bo.users.example", "127.0.0.2");

        Assert.Equal(SpfResult.Pass, (await CheckAsync(zone, sender: "bo@acme.example")).Result);
        Assert.Equal(SpfResult.Fail, (await CheckAsync(zone, sender: "bö@acme.example")).Result);
    }

    [Fact]
    public async Task CheckHostAsync_InternationalDomain_IsAskedForAsALabels() =>
        Assert.Equal(SpfResult.Pass, (await CheckAsync(new DnsZone().Txt("xn--rksmrgs-5wao1o.example", "v=spf1 ip4:192.0.2.1"), sender: "a@räksmörgås.example")).Result);

    // Section 7.2 to 7.4, with the examples of the RFC.
    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{c} %{h} %{r}", "192.0.2.3 mx.example.org receiver.example")]
    [InlineData("%{S}", "strong-bad%40email.example.com")]
    [InlineData("%%%_%-", "% %20")]
    public async Task CheckHostAsync_MacroInAnExplanation_IsExpanded(string macro, string expected)
    {
        var zone = new DnsZone().Txt("email.example.com", "v=spf1 -all exp=why.example").Txt("why.example", macro);

        Assert.Equal(expected, (await CheckAsync(zone, "192.0.2.3", "strong-bad@email.example.com")).Explanation);
    }

    [Theory]
    [InlineData("v=spf1 include:a.example include:ours.example -all", 2)]
    [InlineData("v=spf1 include:b.example -all", 4)]
    [InlineData("v=spf1 a mx a mx a mx a mx a mx a mx include:ours.example -all", 13)]
    [InlineData("v=spf1 -all include:ours.example", null)]
    [InlineData("v=spf1 redirect=ours.example", 1)]
    [InlineData("v=spf1 include:loop.example -all", null)]
    [InlineData("v=spf1 ip4:192.0.2.1 -all", null)]
    public async Task FindIncludeAsync_Record_CountsTheLookupsUpToIt(string record, int? expected)
    {
        var zone = new DnsZone().Txt("acme.example", record).Txt("a.example", "v=spf1 ip4:192.0.2.7 -all")
            .Txt("b.example", "v=spf1 a mx include:ours.example -all").Txt("loop.example", "v=spf1 include:loop.example -all");
        await using var server = new DnsSimulator(new ZoneResponder(zone), TimeProvider.System);
        await server.StartAsync();
        using var resolver = Resolvers.Of(server);

        Assert.Equal(expected, await new SpfEvaluator(resolver, TimeProvider.System, "r").FindIncludeAsync("acme.example", "ours.example", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Format_StrangeRequest_IsOneLineOfAscii()
    {
        var request = new SpfRequest(IPAddress.Parse(Us), "ev\r\nil(\"@acme.example", "mx\u0096\\");
        var verdict = await CheckAsync(new DnsZone().Txt("acme.example", "v=spf1 -all"));

        var header = ReceivedSpf.Format(verdict, request, "r.example");

        Assert.StartsWith("Received-SPF: fail (r.example: domain of ev??il\\(\"@acme.example does not designate 192.0.2.1 as permitted sender)", header, StringComparison.Ordinal);
        Assert.EndsWith("helo=\"mx?\\\\\"; identity=mailfrom; mechanism=-all", header, StringComparison.Ordinal);
        Assert.DoesNotContain(header, c => c is < ' ' or > '~');
    }

    private static async Task<SpfVerdict> CheckAsync(DnsZone zone, string address = Us, string sender = "a@acme.example")
    {
        await using var server = new DnsSimulator(new ZoneResponder(zone), TimeProvider.System);
        await server.StartAsync();
        using var resolver = Resolvers.Of(server);
        var evaluator = new SpfEvaluator(resolver, TimeProvider.System, "receiver.example");
        return await evaluator.CheckHostAsync(new SpfRequest(IPAddress.Parse(address), sender, "mx.example.org"), TestContext.Current.CancellationToken);
    }
}
