using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Simulators.Dns;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Dns.Tests;

public sealed class DnsResolverTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Query_EachType_GivesItsRecords()
    {
        await using var server = await StartAsync(new DnsZone()
            .A("a.example", "192.0.2.1").A("a.example", "192.0.2.2").Aaaa("a.example", "2001:db8::1")
            .Mx("a.example", 10, "mx.example").Mx("none.example", 0, "").Txt("a.example", "one ", "text").Cname("www.example", "a.example")
            .Ptr("1.2.0.192.in-addr.arpa", "a.example")
            .Ptr("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "six.example"));
        using var resolver = Resolvers.Of(server);

        Assert.Equal([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2")], (await resolver.QueryAAsync("A.example.", Token)).Records);
        Assert.Equal([IPAddress.Parse("2001:db8::1")], (await resolver.QueryAaaaAsync("a.example", Token)).Records);
        Assert.Equal([new MxRecord(10, "mx.example")], (await resolver.QueryMxAsync("a.example", Token)).Records);
        Assert.Equal([new MxRecord(0, "")], (await resolver.QueryMxAsync("none.example", Token)).Records);
        Assert.Equal(["one text"], (await resolver.QueryTxtAsync("a.example", Token)).Records);
        Assert.Equal(["a.example"], (await resolver.QueryCnameAsync("www.example", Token)).Records);
        Assert.Equal(["a.example"], (await resolver.QueryPtrAsync(IPAddress.Parse("192.0.2.1"), Token)).Records);
        Assert.Equal(["six.example"], (await resolver.QueryPtrAsync(IPAddress.Parse("2001:db8::1"), Token)).Records);
        Assert.Equal(2, (await resolver.QueryAAsync("www.example", Token)).Records.Length);
        Assert.Equal(DnsAnswerKind.NoData, (await resolver.QueryAaaaAsync("none.example", Token)).Kind);
        Assert.Equal(DnsAnswerKind.NoSuchDomain, (await resolver.QueryAAsync("nowhere.example", Token)).Kind);
    }

    [Theory]
    [InlineData("a..example")]
    [InlineData(".example")]
    [InlineData("räksmörgås.example")]
    [InlineData("back\\slash.example")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.example")]
    [InlineData("line\nbreak.example")]
    public async Task QueryAAsync_NameThatCannotBeAskedFor_SaysSo(string name)
    {
        await using var server = await StartAsync(new DnsZone());
        using var resolver = Resolvers.Of(server);

        Assert.Equal(DnsFailure.BadName, (await resolver.QueryAAsync(name, Token)).Failure);
        Assert.Equal(DnsFailure.BadName, (await resolver.QueryAAsync(new string('a', 64) + "." + string.Join('.', Enumerable.Repeat("abcdefgh", 30)), Token)).Failure);
        Assert.Equal(0, server.Queries);
    }

    [Fact]
    public async Task QueryTxtAsync_LargeAnswers_ComeByOneTcpConnection()
    {
        var zone = new DnsZone();
        for (var i = 0; i < 20; i++)
        {
            zone.Txt("big.example", new string((char)('a' + i), 250));
        }

        zone.Txt("huge.example", new string('x', 60_000));
        await using var server = await StartAsync(zone);
        using var resolver = Resolvers.Of(server);

        Assert.Equal(20, (await resolver.QueryTxtAsync("big.example", Token)).Records.Length);
        Assert.Equal(60_000, (await resolver.QueryTxtAsync("huge.example", Token)).Records.Single().Length);
        Assert.Equal(2, server.TcpQueries);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task QueryAAsync_AliasThatLeadsOutOfTheAnswer_IsAskedFor()
    {
        var zone = new ZoneResponder(new DnsZone().A("far.example", "192.0.2.9"));
        await using var server = await StartAsync(new ScriptedResponder((query, question, tcp) => question.Name == "near.example"
            ? [new DnsMessage(query, question).Answer(DnsMessage.QuestionName, DnsType.Cname, 7, [3, .. "far"u8, 7, .. "example"u8, 0]).ToArray()]
            : zone.Respond(query, question, tcp)));
        using var resolver = Resolvers.Of(server);

        var answer = await resolver.QueryAAsync("near.example", Token);

        Assert.Equal([IPAddress.Parse("192.0.2.9")], answer.Records);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.TimeToLive);
    }

    [Fact]
    public async Task QueryAAsync_AliasesThatNeverEnd_Fail()
    {
        var count = 0;
        await using var server = await StartAsync(new ScriptedResponder((query, question, _) =>
            [new DnsMessage(query, question).Answer(DnsMessage.QuestionName, DnsType.Cname, 7, [4, .. System.Text.Encoding.ASCII.GetBytes($"{1000 + Interlocked.Increment(ref count)}"), 0]).ToArray()]));
        using var resolver = Resolvers.Of(server);

        Assert.Equal(DnsFailure.Malformed, (await resolver.QueryAAsync("near.example", Token)).Failure);
        Assert.InRange(count, 2, 13);
    }

    [Fact]
    public async Task QueryAAsync_FirstServerFails_AsksTheNextAndRemembers()
    {
        await using var refusing = await StartAsync(new ScriptedResponder((query, question, _) => [new DnsMessage(query, question, code: 2).ToArray()]));
        await using var good = await StartAsync(new DnsZone().A("a.example", "192.0.2.1").A("b.example", "192.0.2.2"));
        using var resolver = Resolvers.Of(["127.0.0.1:1", $"{refusing.Endpoint}", $"{good.Endpoint}"]);

        Assert.Equal(DnsAnswerKind.Found, (await resolver.QueryAAsync("a.example", Token)).Kind);
        Assert.Equal(DnsAnswerKind.Found, (await resolver.QueryAAsync("b.example", Token)).Kind);
        Assert.Equal(1, refusing.Queries);
    }

    [Fact]
    public async Task QueryAAsync_FirstServerSilent_NextAnswersWithinTheTime()
    {
        await using var mute = await StartAsync(new DnsZone());
        mute.IsMute = true;
        await using var good = await StartAsync(new DnsZone().A("a.example", "192.0.2.1"));
        using var resolver = Resolvers.Of([$"{mute.Endpoint}", $"{good.Endpoint}"], options => options.Timeout = TimeSpan.FromSeconds(6));

        Assert.Equal(DnsAnswerKind.Found, (await resolver.QueryAAsync("a.example", Token)).Kind);
        Assert.Equal(1, mute.Queries);
    }

    [Fact]
    public async Task QueryAAsync_ServerWithoutEdns_IsAskedInTheOldWay()
    {
        var zone = new ZoneResponder(new DnsZone().A("a.example", "192.0.2.1").A("b.example", "192.0.2.1"));
        await using var server = await StartAsync(new ScriptedResponder((query, question, tcp) =>
            query.Length > 12 + question.Length ? [new DnsMessage(query, question, code: 1).ToArray()] : zone.Respond(query, question, tcp)));
        using var resolver = Resolvers.Of(server);

        Assert.Equal(DnsAnswerKind.Found, (await resolver.QueryAAsync("a.example", Token)).Kind);
        Assert.Equal(DnsAnswerKind.Found, (await resolver.QueryAAsync("b.example", Token)).Kind);
        Assert.Equal(3, server.Queries);
    }

    [Fact]
    public async Task QueryAAsync_ManyAtOnce_AskOnce()
    {
        await using var server = await StartAsync(new DnsZone().A("a.example", "192.0.2.1"));
        server.Latency = TimeSpan.FromMilliseconds(50);
        using var resolver = Resolvers.Of(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => resolver.QueryAAsync("a.example", Token).AsTask()));

        Assert.All(answers, answer => Assert.Equal(DnsAnswerKind.Found, answer.Kind));
        Assert.Equal(1, server.Queries);
    }

    [Fact]
    public async Task QueryAAsync_CancelledCaller_LeavesTheLookUpToTheOthers()
    {
        await using var server = await StartAsync(new DnsZone().A("a.example", "192.0.2.1"));
        server.Latency = TimeSpan.FromMilliseconds(50);
        using var resolver = Resolvers.Of(server);
        using var impatient = new CancellationTokenSource();
        var cancelled = resolver.QueryAAsync("a.example", impatient.Token).AsTask();
        var other = resolver.QueryAAsync("a.example", Token).AsTask();

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(DnsAnswerKind.Found, (await other).Kind);
        Assert.Equal(1, server.Queries);
    }

    [Fact]
    public async Task QueryAAsync_WithinItsTime_IsAnsweredFromTheCache()
    {
        var time = new FakeTimeProvider();
        await using var server = await StartAsync(new DnsZone { TimeToLive = 100, NegativeTimeToLive = 20 }.A("a.example", "192.0.2.1"));
        using var resolver = Resolvers.Of(server, time: time);
        await resolver.QueryAAsync("a.example", Token);
        await resolver.QueryAAsync("b.example", Token);

        time.Advance(TimeSpan.FromSeconds(19));
        Assert.True(resolver.QueryAAsync("a.example", Token).AsTask().IsCompletedSuccessfully);
        Assert.True(resolver.QueryAAsync("b.example", Token).AsTask().IsCompletedSuccessfully);
        time.Advance(TimeSpan.FromSeconds(2));
        await resolver.QueryAAsync("b.example", Token);

        Assert.Equal(1, server.Asked("a.example", DnsType.A));
        Assert.Equal(2, server.Asked("b.example", DnsType.A));
    }

    [Fact]
    public async Task QueryAAsync_JustRunOut_IsGivenOnceMoreWhileANewOneIsFetched()
    {
        var time = new FakeTimeProvider();
        await using var server = await StartAsync(new DnsZone { TimeToLive = 100 }.A("a.example", "192.0.2.1"));
        using var resolver = Resolvers.Of(server, time: time);
        await resolver.QueryAAsync("a.example", Token);

        time.Advance(TimeSpan.FromSeconds(101));
        var stale = resolver.QueryAAsync("a.example", Token).AsTask();

        Assert.True(stale.IsCompletedSuccessfully);
        await TestKit.Processes.Eventually.GetAsync<object>(() => Task.FromResult<object?>(server.Queries == 2 ? server : null), TimeSpan.FromSeconds(10), "a new look-up");
    }

    [Fact]
    public async Task QueryAAsync_LongRunOutAndNobodyAnswers_OldRecordsServeForAWhile()
    {
        var time = new FakeTimeProvider();
        var fail = false;
        var zone = new ZoneResponder(new DnsZone { TimeToLive = 100 }.A("a.example", "192.0.2.1"));
        await using var server = await StartAsync(new ScriptedResponder((query, question, tcp) =>
            fail ? [new DnsMessage(query, question, code: 2).ToArray()] : zone.Respond(query, question, tcp)));
        using var resolver = Resolvers.Of(server, options => options.MaxStale = TimeSpan.FromHours(1), time);
        await resolver.QueryAAsync("a.example", Token);
        fail = true;

        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(DnsAnswerKind.Found, (await resolver.QueryAAsync("a.example", Token)).Kind);
        var asked = server.Queries;
        Assert.Equal(DnsAnswerKind.Found, (await resolver.QueryAAsync("a.example", Token)).Kind);
        Assert.Equal(asked, server.Queries);
        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(DnsFailure.ServerFailure, (await resolver.QueryAAsync("a.example", Token)).Failure);
    }

    [Fact]
    public async Task QueryAAsync_TimeToLiveOutOfBounds_IsBroughtWithin()
    {
        await using var server = await StartAsync(new DnsZone { TimeToLive = 10_000_000, NegativeTimeToLive = 0 }.A("a.example", "192.0.2.1"));
        using var resolver = Resolvers.Of(server, options => (options.MinTtl, options.MaxTtl) = (TimeSpan.FromSeconds(3), TimeSpan.FromHours(2)));

        Assert.Equal(TimeSpan.FromHours(2), (await resolver.QueryAAsync("a.example", Token)).TimeToLive);
        Assert.Equal(TimeSpan.FromSeconds(3), (await resolver.QueryAAsync("b.example", Token)).TimeToLive);
    }

    [Fact]
    public async Task QueryAAsync_ServerOnIPv6_Answers()
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetworkV6, System.Net.Sockets.SocketType.Dgram, 0);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        using var resolver = Resolvers.Of([$"{socket.LocalEndPoint}"]);
        var pending = resolver.QueryAAsync("a.example", Token).AsTask();
        var buffer = new byte[1232];
        var asked = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.IPv6Any, 0), Token);
        var query = buffer[..asked.ReceivedBytes];
        var answer = new ZoneResponder(new DnsZone().A("a.example", "192.0.2.1")).Respond(query, DnsQuestion.Read(query)!, false).Single();

        await socket.SendToAsync(answer, asked.RemoteEndPoint, Token);

        Assert.Equal(DnsAnswerKind.Found, (await pending).Kind);
    }

    private static Task<DnsSimulator> StartAsync(DnsZone zone) => StartAsync(new ZoneResponder(zone));

    private static async Task<DnsSimulator> StartAsync(IDnsResponder responder)
    {
        var server = new DnsSimulator(responder, TimeProvider.System);
        await server.StartAsync();
        return server;
    }
}
