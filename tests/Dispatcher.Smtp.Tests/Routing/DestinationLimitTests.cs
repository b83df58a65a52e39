using System.Globalization;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Routing.Direct;
using Dispatcher.TestKit.Mail;
using Microsoft.Extensions.Time.Testing;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Routing;

/// <summary>How many connections destinations get, what is remembered of those that do not answer, and that neither grows without end.</summary>
public class DestinationLimitTests
{
    [Fact]
    public async Task SendAsync_FreshDestination_GetsFewConnectionsAtFirst()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "mx.example").Address("mx.example", "127.0.0.2");
        site.Start(site.Direct(), """{ "default": { "connections": 20 } }""", configure: options => options.Connections = 50);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => site.SendAsync()));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.InRange(server.Connections, 1, ConnectionRamp.Start);
    }

    [Fact]
    public async Task SendAsync_DomainsWithTheSameExchangers_ShareConnections()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Everything = name => name.EndsWith(".example", StringComparison.Ordinal) ? [new MxRecord(10, "mx.host.test")] : [];
        site.Dns.Address("mx.host.test", "127.0.0.2");
        site.Start(site.Direct());

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(Delivered, (await site.SendAsync($"eva@d{i}.example")).Kind);
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task SendAsync_ExchangersOfOneRule_ShareItsConnections()
    {
        await using var site = new RouteSite();
        var (begun, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        var early = false;
        site.Serve(2, SmtpScript.Greeted.AcceptEnvelope().Signal(begun).WaitFor(held.Task).ReadContent().Send("250 taken\r\n").Hang());
        var two = site.Serve(3, SmtpScript.Empty.Look(_ => early = !held.Task.IsCompleted).Send("220 ready\r\n").Answer("250 hello\r\n").AcceptMessage().Hang());
        site.Serve(4);
        site.Dns.Mx("one.example", 10, "a.big.test").Mx("two.example", 10, "b.big.test").Address("a.big.test", "127.0.0.2").Address("b.big.test", "127.0.0.3")
            .Mx("other.example", 10, "mx.other.test").Address("mx.other.test", "127.0.0.4");
        site.Start(site.Direct(), """{ "rules": [{ "name": "big", "mx": ["*.big.test"], "connections": 1 }] }""");

        // Whether a connection is opened is decided within the call; the third message, of no rule, gives one that was a conversation's time to show.
        var first = site.SendAsync("eva@one.example");
        await begun.Task.WaitAsync(Mails.Limit);
        var second = site.SendAsync("eva@two.example");
        var third = await site.SendAsync("eva@other.example");
        var (connectionsMeanwhile, secondMeanwhile) = (two.Connections, second.IsCompleted);
        held.SetResult();

        Assert.Equal((Delivered, Delivered, Delivered), ((await first).Kind, (await second).Kind, third.Kind));
        Assert.Equal((0, false, false, 1), (connectionsMeanwhile, secondMeanwhile, early, two.Connections));
    }

    [Fact]
    public async Task SendAsync_RuleAllowsPipelining_IsSaidInOneWrite()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2, SmtpScript.GreetedPipelining().Read().Read().Read().Send("250 ok\r\n250 ok\r\n354 go\r\n").ReadContent().Send("250 taken\r\n").Hang());
        site.Dns.Mx("one.example", 10, "a.big.test").Address("a.big.test", "127.0.0.2");
        site.Start(site.Direct(), """{ "rules": [{ "name": "big", "mx": ["*.big.test"], "pipelining": true }] }""");

        Assert.Equal((Delivered, 1), ((await site.SendAsync()).Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_RuleWithASchedule_GoesWithADeferral()
    {
        await using var site = new RouteSite();
        site.Serve(2, SmtpScript.Greeted.Answer("250 ok\r\n").Answer("450 4.2.1 later\r\n").Hang());
        site.Dns.Mx("one.example", 10, "a.big.test").Address("a.big.test", "127.0.0.2");
        site.Start(site.Direct(), """{ "rules": [{ "name": "big", "mx": ["*.big.test"], "retry": ["7m", "1h"] }] }""");

        var outcome = await site.SendAsync();

        Assert.Equal((Deferred, TimeSpan.FromMinutes(7)), (outcome.Kind, outcome.Schedule![0]));
    }

    [Theory]
    [InlineData("opportunistic", "required", 0)]
    [InlineData("required", "opportunistic", 1)]
    [InlineData("opportunistic", "opportunistic", 1)]
    public async Task SendAsync_RuleSaysHowToEncrypt_GoesBeforeTheRoute(string route, string rule, int delivered)
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "a.big.test").Address("a.big.test", "127.0.0.2");
        site.Start(site.Direct($"\"tls\": \"{route}\","), $$"""{ "rules": [{ "name": "big", "mx": ["*.big.test"], "tls": "{{rule}}" }] }""");

        var outcome = await site.SendAsync();

        Assert.Equal(delivered, outcome.Kind == Delivered ? 1 : 0);
        Assert.Equal(delivered, server.Lines.Count(line => line == "DATA"));
        Assert.Equal(delivered == 1 ? null : "tls-required", outcome.Reason);
        Assert.Equal(delivered == 0, outcome.Text?.Contains("offers no STARTTLS", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task Refresh_RuleBeginsToAskForTls_ConnectionsInPlainTextAreNotUsedAgain()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "a.big.test").Address("a.big.test", "127.0.0.2");
        site.Start(site.Direct(), """{ "rules": [{ "name": "big", "mx": ["*.big.test"] }] }""");
        var before = await site.SendAsync();

        site.Write(site.Direct(), """{ "rules": [{ "name": "big", "mx": ["*.big.test"], "tls": "required" }] }""");
        site.Book.Refresh();
        var after = await site.SendAsync();

        Assert.Equal((Delivered, Deferred), (before.Kind, after.Kind));
        Assert.Equal(1, server.Lines.Count(line => line == "DATA"));
    }

    [Fact]
    public async Task Refresh_ShapingFileChanges_NewConnectionsObeyIt()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "a.big.test").Address("a.big.test", "127.0.0.2");
        site.Start(site.Direct(), """{ "rules": [{ "name": "big", "mx": ["*.big.test"], "messagesPerConnection": 100 }] }""");
        await site.SendAsync();
        await site.SendAsync();
        var before = server.Connections;

        site.Write(site.Direct(), """{ "rules": [{ "name": "big", "mx": ["*.big.test"], "messagesPerConnection": 1 }] }""");
        site.Book.Refresh();
        for (var i = 0; i < 3; i++)
        {
            await site.SendAsync();
        }

        Assert.Equal((1, 4), (before, server.Connections));
    }

    [Fact]
    public async Task Ask_RuleWithARate_HoldsWhatIsTooMuch()
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Mx("one.example", 10, "a.big.test").Address("a.big.test", "127.0.0.2");
        site.Start(site.Direct(), """{ "rules": [{ "name": "big", "mx": ["*.big.test"], "ratePerMinute": 12 }] }""");
        var query = new Core.Sending.Routes.RouteQuery("t", "s.example", [], "m");

        await site.SendAsync();
        var wait = site.Transport.Ask(query, "one.example");

        Assert.True(wait is { IsTrouble: false, Wait.TotalSeconds: > 1 and < 10 });
        Assert.Null(site.Transport.Ask(query, "unmet.example"));
    }

    [Fact]
    public async Task Ask_RouteHasAFallback_HoldsWhatIsTooMuchAndNotWhatNobodyAnswers()
    {
        await using var site = new RouteSite();
        var closed = SmtpScript.Empty.Send("421 4.3.2 closed\r\n");
        site.Serve(2);
        site.Serve(3, closed, closed, closed, closed);
        site.Serve(4);
        site.Dns.Mx("one.example", 10, "a.big.test").Address("a.big.test", "127.0.0.2").Mx("dead.example", 10, "dead.test").Address("dead.test", "127.0.0.3");
        site.Start(
            $$"""
            { "routes": [{ "name": "mx", "kind": "direct", "port": {{site.Port}}, "allowLoopback": true, "fallback": "relay" },
              { "name": "relay", "kind": "relay", "endpoints": [{ "host": "127.0.0.4", "port": {{site.Port}} }] }], "default": "mx" }
            """,
            """{ "rules": [{ "name": "big", "mx": ["*.big.test"], "ratePerMinute": 12 }] }""");
        var query = new Core.Sending.Routes.RouteQuery("t", "s.example", [], "m");

        Assert.Equal($"a.big.test[127.0.0.2]:{site.Port} (mx)", (await site.SendAsync()).AcceptedBy);
        for (var i = 0; i <= DestinationTrouble.Failures; i++)
        {
            Assert.Equal($"127.0.0.4:{site.Port} (relay)", (await site.SendAsync("eva@dead.example")).AcceptedBy);
        }

        Assert.True(site.Transport.Ask(query, "one.example") is { IsTrouble: false, Wait.TotalSeconds: > 1 and < 10 });
        Assert.Null(site.Transport.Ask(query, "dead.example"));
        Assert.Null(site.Transport.Ask(query, "unmet.example"));
    }

    /// <summary>A host that has forgotten one of its domains says nothing about the others.</summary>
    [Fact]
    public async Task SendAsync_HostDoesNotRelayForOneDomain_TheOthersThereGoOn()
    {
        await using var site = new RouteSite();
        var denies = Enumerable.Range(0, 10).Aggregate(
            SmtpScript.Greeted, (script, _) => script.Answer("250 ok\r\n").Answer("554 5.7.1 relay access denied\r\n").Answer("250 reset\r\n")).Hang();
        site.Serve(2, denies, denies, denies, denies, RouteSite.Endless);
        site.Dns.Mx("lost.example", 10, "mx.test").Mx("one.example", 10, "mx.test").Address("mx.test", "127.0.0.2");
        site.Start(site.Direct(), configure: options => options.MessagesPerConnection = 1);

        for (var i = 0; i <= DestinationTrouble.Failures; i++)
        {
            var outcome = await site.SendAsync("eva@lost.example");
            Assert.Equal((Deferred, "relay-denied"), (outcome.Kind, outcome.Reason));
        }

        Assert.Equal(Delivered, (await site.SendAsync()).Kind);
    }

    [Fact]
    public async Task SendAsync_DestinationDoesNotAnswer_TheNextOnesWaitWithoutKnocking()
    {
        var time = new FakeTimeProvider();
        await using var site = new RouteSite();
        var server = site.Serve(2, SmtpScript.Empty.Send("421 4.3.2 closed\r\n"), SmtpScript.Empty.Send("421 4.3.2 closed\r\n"), SmtpScript.Empty.Send("421 4.3.2 closed\r\n"), RouteSite.Endless);
        var well = site.Serve(3);
        site.Dns.Mx("one.example", 10, "a.test").Mx("well.example", 10, "b.test").Address("a.test", "127.0.0.2").Address("b.test", "127.0.0.3");
        site.Start(site.Direct(), time: time);
        var query = new Core.Sending.Routes.RouteQuery("t", "s.example", [], "m");

        // 1. It is found out.
        for (var i = 0; i < DestinationTrouble.Failures; i++)
        {
            Assert.Equal((Deferred, OutcomeScope.Endpoint), (await site.SendAsync() is var outcome ? outcome.Kind : default, outcome.Scope));
        }

        // 2. Nobody knocks.
        var knocks = server.Connections;
        var wait = site.Transport.Ask(query, "one.example");
        var told = await site.SendAsync();
        Assert.True(wait is { IsTrouble: true, Wait.TotalSeconds: >= 29 and < 40 }, $"{wait}");
        Assert.Contains("not tried again yet", told.Text, StringComparison.Ordinal);
        Assert.Equal(knocks, server.Connections);
        Assert.Null(site.Transport.Ask(query, "well.example"));
        Assert.Equal((Delivered, 1), ((await site.SendAsync("eva@well.example")).Kind, well.Connections));

        // 3. One tries, and all go on.
        time.Advance(DestinationTrouble.FirstWait);
        Assert.Null(site.Transport.Ask(query, "one.example"));
        Assert.True(site.Transport.Ask(query, "one.example") is { IsTrouble: true });
        Assert.Equal(Delivered, (await site.SendAsync()).Kind);
        Assert.Null(site.Transport.Ask(query, "one.example"));
    }

    [Fact]
    public async Task SendAsync_LookUpKeepsFailing_TheDomainWaitsToo()
    {
        var time = new FakeTimeProvider();
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Fail("one.example", "mx", DnsFailure.Timeout).Mx("one.example", 10, "a.test").Address("a.test", "127.0.0.2");
        site.Start(site.Direct(), time: time);
        var query = new Core.Sending.Routes.RouteQuery("t", "s.example", [], "m");

        for (var i = 0; i < DestinationTrouble.Failures; i++)
        {
            await site.SendAsync();
        }

        Assert.True(site.Transport.Ask(query, "one.example") is { IsTrouble: true });
        site.Dns.Mend("one.example", "mx");
        time.Advance(DestinationTrouble.FirstWait);
        Assert.Null(site.Transport.Ask(query, "one.example"));
        Assert.Equal(Delivered, (await site.SendAsync()).Kind);
    }

    [Fact]
    public async Task SendAsync_TenThousandDomains_PoolsAndMemoryStayBounded()
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Everything = name => name.EndsWith(".example", StringComparison.Ordinal) ? [new MxRecord(10, $"mx.{name}.test")] : [];
        for (var i = 0; i < 10_500; i++)
        {
            site.Dns.Address($"mx.d{i.ToString(CultureInfo.InvariantCulture)}.example.test", "127.0.0.2");
        }

        site.Start(site.Direct(), configure: options => options.Connections = 8);
        var most = (Destinations: 0, Pools: 0);
        var next = -1;

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref next) is var number && number < 10_500)
            {
                Assert.Equal(Delivered, (await site.SendAsync($"eva@d{number}.example")).Kind);
                var size = site.Transport.SizeOf("mx");
                lock (site)
                {
                    most = (Math.Max(most.Destinations, size.Destinations), Math.Max(most.Pools, size.Pools));
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => WorkAsync()));

        Assert.InRange(most.Destinations, 9_000, Destinations.Most);
        Assert.InRange(most.Pools, 100, Destinations.MostPools + 16);
    }

    [Fact]
    public async Task Ask_UnknownDomain_LetsAFewFindOut()
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Mx("one.example", 10, "a.test").Address("a.test", "127.0.0.2");
        site.Start(site.Direct(), time: new FakeTimeProvider());
        var query = new Core.Sending.Routes.RouteQuery("t", "s.example", [], "m");

        var before = Enumerable.Range(0, 10).Count(_ => site.Transport.Ask(query, "one.example") is null);
        await site.SendAsync();
        var after = site.Transport.Ask(query, "one.example");

        Assert.Equal((NewDomains.Few, null), (before, after));
    }
}
