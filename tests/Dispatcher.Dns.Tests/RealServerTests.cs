using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;
using Dispatcher.Dns.Spf;

namespace Dispatcher.Dns.Tests;

/// <summary>The resolver against Knot DNS and BIND, which have the zone, and against Unbound, which asks for it and caches.</summary>
public sealed class RealServerTests
{
    [Theory]
    [InlineData("knot", DnsFailure.Refused)]
    [InlineData("bind", DnsFailure.Refused)]
    [InlineData("unbound", DnsFailure.ServerFailure)]
    public async Task Query_RealServer_GivesWhatItsZoneHolds(string name, DnsFailure elsewhere)
    {
        await using var server = await RealServer.StartAsync(name, "test.", $"""
            $ORIGIN test.
            $TTL 300
            @ SOA ns.test. hostmaster.test. 7 3600 600 86400 42
            @ NS ns.test.
            ns A 127.0.0.1
            @ MX 10 mail.test.
            mail A 192.0.2.1
            mail AAAA 2001:db8::1
            www CNAME alias.test.
            alias CNAME mail.test.
            dangling CNAME nowhere.test.
            loop CNAME loop2.test.
            loop2 CNAME loop.test.
            far CNAME host.elsewhere.invalid.
            spf TXT "v=spf1 a:www.test " "-all"
            {string.Concat(Enumerable.Range(0, 30).Select(i => $"big TXT \"{i} {new string('x', 200)}\"\n"))}
            """);
        using var resolver = Resolvers.Of([$"127.0.0.1:{server.Port}"]);
        var token = TestContext.Current.CancellationToken;

        var soa = (await resolver.QuerySoaAsync("test", token)).Records.Single();
        Assert.Equal(new SoaRecord("ns.test", "hostmaster.test", 7, TimeSpan.FromSeconds(42)), soa);
        Assert.Equal([new MxRecord(10, "mail.test")], (await resolver.QueryMxAsync("test", token)).Records);
        Assert.Equal([IPAddress.Parse("192.0.2.1")], (await resolver.QueryAAsync("WWW.test", token)).Records);
        Assert.Equal([IPAddress.Parse("2001:db8::1")], (await resolver.QueryAaaaAsync("www.test", token)).Records);
        Assert.Equal(30, (await resolver.QueryTxtAsync("big.test", token)).Records.Length);
        var none = await resolver.QueryMxAsync("mail.test", token);
        // What comes from a cache has aged since.
        Assert.Equal(DnsAnswerKind.NoData, none.Kind);
        Assert.InRange(none.TimeToLive, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(42));
        Assert.Equal(DnsAnswerKind.NoSuchDomain, (await resolver.QueryAAsync("nowhere.test", token)).Kind);
        Assert.Equal(DnsAnswerKind.NoSuchDomain, (await resolver.QueryAAsync("dangling.test", token)).Kind);
        Assert.Equal(DnsAnswerKind.Failed, (await resolver.QueryAAsync("loop.test", token)).Kind);
        Assert.Equal(elsewhere, (await resolver.QueryAAsync("far.test", token)).Failure);
        Assert.Equal(elsewhere, (await resolver.QueryAAsync("other.invalid", token)).Failure);
        var evaluator = new SpfEvaluator(resolver, TimeProvider.System, "r");
        Assert.Equal(SpfResult.Pass, (await evaluator.CheckHostAsync(new SpfRequest(IPAddress.Parse("192.0.2.1"), "a@spf.test", "x"), token)).Result);
    }
}
