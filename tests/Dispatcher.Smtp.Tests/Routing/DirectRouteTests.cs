using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.TestKit.Mail;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Routing;

/// <summary>Which host a message goes to, and what it means when there is none.</summary>
public class DirectRouteTests
{
    private static readonly SmtpScript Refusing = SmtpScript.Empty.Send("421 4.3.2 not now\r\n");

    [Fact]
    public async Task SendAsync_SeveralExchangers_TakesTheLowestPreference()
    {
        await using var site = new RouteSite();
        var (far, near) = (site.Serve(2), site.Serve(3));
        site.Dns.Mx("one.example", 20, "far.example").Mx("one.example", 10, "near.example").Address("far.example", "127.0.0.2").Address("near.example", "127.0.0.3");
        site.Start(site.Direct());

        var outcome = await site.SendAsync();

        Assert.Equal((Delivered, $"near.example[127.0.0.3]:{site.Port} (mx)"), (outcome.Kind, outcome.AcceptedBy));
        Assert.Equal((0, 1), (far.Connections, near.Connections));
    }

    [Fact]
    public async Task SendAsync_FirstExchangerIsDead_TheNextTakesIt()
    {
        await using var site = new RouteSite();
        site.Serve(3);
        site.Dns.Mx("one.example", 10, "dead.example").Mx("one.example", 20, "alive.example").Address("dead.example", "127.0.0.2").Address("alive.example", "127.0.0.3");
        site.Start(site.Direct());

        Assert.Equal($"alive.example[127.0.0.3]:{site.Port} (mx)", (await site.SendAsync()).AcceptedBy);
    }

    [Fact]
    public async Task SendAsync_FirstExchangerRefusesTheConnection_TheNextTakesIt()
    {
        await using var site = new RouteSite();
        var (busy, free) = (site.Serve(2, Refusing), site.Serve(3));
        site.Dns.Mx("one.example", 10, "busy.example").Mx("one.example", 20, "free.example").Address("busy.example", "127.0.0.2").Address("free.example", "127.0.0.3");
        site.Start(site.Direct());

        var outcome = await site.SendAsync();

        Assert.Equal((Delivered, 1, 1), (outcome.Kind, busy.Connections, free.Connections));
    }

    /// <summary>Half of the time is the first one's; the next message goes past it at once.</summary>
    [Fact]
    public async Task SendAsync_FirstExchangerNeverGreets_TheNextTakesItAndIsTriedFirstFromThenOn()
    {
        await using var site = new RouteSite();
        var (mute, free) = (site.Serve(2, SmtpScript.Empty.Hang()), site.Serve(3));
        site.Dns.Mx("one.example", 10, "mute.example").Mx("one.example", 20, "free.example").Address("mute.example", "127.0.0.2").Address("free.example", "127.0.0.3");
        site.Start(site.Direct("\"maxTime\": \"1s\","), configure: options => options.MessagesPerConnection = 1);

        Assert.Equal((Delivered, 1, 1), ((await site.SendAsync()).Kind, mute.Connections, free.Connections));
        Assert.Equal((Delivered, 1, 2), ((await site.SendAsync()).Kind, mute.Connections, free.Connections));
    }

    [Fact]
    public async Task SendAsync_OnlyExchangerNeverGreets_IsDeferredAndSaysSo()
    {
        await using var site = new RouteSite();
        site.Serve(2, SmtpScript.Empty.Hang());
        site.Dns.Mx("one.example", 10, "mute.example").Address("mute.example", "127.0.0.2");
        site.Start(site.Direct("\"maxTime\": \"1s\","));

        var outcome = await site.SendAsync();

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
        Assert.Contains("mute.example[127.0.0.2]", outcome.Text, StringComparison.Ordinal);
        Assert.Contains("in time", outcome.Text, StringComparison.Ordinal);
    }

    /// <summary>That we don't go by IPv6 says nothing about who lives there.</summary>
    [Theory]
    [InlineData("ipv4-only", "::1", "eva@one.example")]
    [InlineData("ipv6-only", "127.0.0.2", "eva@one.example")]
    [InlineData("ipv6-only", "127.0.0.2", "eva@[127.0.0.2]")]
    public async Task SendAsync_ExchangerHasTheOtherFamilyAlone_IsDeferred(string order, string address, string to)
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "mx.example").Address("mx.example", address);
        site.Start(site.Direct($"\"addresses\": \"{order}\","));

        var outcome = await site.SendAsync(to);

        Assert.Equal((Deferred, false, 0), (outcome.Kind, outcome.Hard, server.Connections));
        Assert.Contains("family", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_ExchangerHasNoAddressOfEitherFamily_IsInvalidRecipientAlsoWithOne()
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Mx("one.example", 10, "mx.example").Mx("mx.example", 10, "other.example");
        site.Start(site.Direct("\"addresses\": \"ipv4-only\","));

        Assert.Equal(Status.InvalidRecipient, (await site.SendAsync()).Status);
    }

    [Fact]
    public async Task SendAsync_RefusalOfTheRecipient_IsFinal()
    {
        await using var site = new RouteSite();
        site.Serve(2, SmtpScript.Greeted.Answer("250 ok\r\n").Answer("550 5.1.1 unknown user\r\n").Hang());
        var other = site.Serve(3);
        site.Dns.Mx("one.example", 10, "a.example").Mx("one.example", 20, "b.example").Address("a.example", "127.0.0.2").Address("b.example", "127.0.0.3");
        site.Start(site.Direct());

        var outcome = await site.SendAsync();

        Assert.Equal((Rejected, Status.InvalidRecipient, 0), (outcome.Kind, outcome.Status, other.Connections));
    }

    [Fact]
    public async Task SendAsync_NoMx_TheDomainsOwnAddressTakesIt()
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Address("one.example", "127.0.0.2");
        site.Start(site.Direct());

        Assert.Equal($"one.example[127.0.0.2]:{site.Port} (mx)", (await site.SendAsync()).AcceptedBy);
    }

    [Fact]
    public async Task SendAsync_MxLookUpFails_IsDeferredAndTheAddressIsNotTried()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Address("one.example", "127.0.0.2").Fail("one.example", "mx", DnsFailure.Timeout);
        site.Start(site.Direct());

        var outcome = await site.SendAsync();

        Assert.Equal((Deferred, OutcomeScope.Endpoint, RetryClass.ServerTrouble, 0), (outcome.Kind, outcome.Scope, outcome.RetryClass, server.Connections));
        Assert.Contains("no name server answered in time", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_AddressLookUpOfTheOnlyExchangerFails_IsDeferred()
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Mx("one.example", 10, "mx.one.example").Fail("mx.one.example", "a").Fail("mx.one.example", "aaaa");
        site.Start(site.Direct());

        Assert.Equal(Deferred, (await site.SendAsync()).Kind);
    }

    [Theory]
    [InlineData("null.example", "null-mx", "null MX")]
    [InlineData("nowhere.example", "unknown-domain", "does not exist")]
    [InlineData("lost.example", "unknown-domain", "no mail exchanger has an address")]
    public async Task SendAsync_DomainTakesNoMail_IsInvalidRecipient(string domain, string reason, string text)
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Mx("null.example", 0, "").Address("null.example", "127.0.0.2").Mx("lost.example", 5, "gone.lost.example");
        site.Start(site.Direct());

        var outcome = await site.SendAsync($"eva@{domain}");

        Assert.Equal((Rejected, Status.InvalidRecipient, reason, true), (outcome.Kind, outcome.Status, outcome.Reason, outcome.Hard));
        Assert.Contains(text, outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_ExchangerIsOurName_OnlyNearerOnesAreTried()
    {
        await using var site = new RouteSite();
        var (near, far) = (site.Serve(2), site.Serve(3));
        site.Dns.Mx("one.example", 10, "near.example").Mx("one.example", 20, "TEST.example.com").Mx("one.example", 30, "far.example")
            .Mx("two.example", 20, "test.example.com").Mx("two.example", 30, "far.example")
            .Address("near.example", "127.0.0.2").Address("far.example", "127.0.0.3").Address("test.example.com", "127.0.0.3");
        site.Start(site.Direct());

        var nearer = await site.SendAsync("eva@one.example");
        var loop = await site.SendAsync("eva@two.example");

        Assert.Equal($"near.example[127.0.0.2]:{site.Port} (mx)", nearer.AcceptedBy);
        Assert.Equal((Rejected, Status.RecipientServerProblem, false), (loop.Kind, loop.Status, loop.Hard));
        Assert.Contains("loops", loop.Text, StringComparison.Ordinal);
        Assert.Equal((1, 0), (near.Connections, far.Connections));
    }

    [Fact]
    public async Task SendAsync_ExchangerIsOurAddress_IsALoopForEveryMessage()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "us.example").Mx("one.example", 20, "far.example").Address("us.example", "127.0.0.9").Address("far.example", "127.0.0.2");
        site.Start(site.Direct("""  "ownAddresses": ["127.0.0.9"],"""));

        for (var i = 0; i < 6; i++)
        {
            var outcome = await site.SendAsync();
            Assert.Equal((Rejected, Status.RecipientServerProblem), (outcome.Kind, outcome.Status));
        }

        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task SendAsync_LoopbackWithoutLeave_IsALoop()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "localhost.example").Address("localhost.example", "127.0.0.2");
        site.Start($$"""{ "routes": [{ "name": "mx", "kind": "direct", "port": {{site.Port}} }], "default": "mx" }""");

        Assert.Equal((Rejected, 0), ((await site.SendAsync()).Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_SourceAddress_IsWhereTheConnectionComesFromWithItsName()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "mx.example").Mx("two.example", 10, "mx2.example").Address("mx.example", "127.0.0.2").Address("mx2.example", "127.0.0.2");
        site.Start(site.Direct("""
            "sources": [{ "address": "127.0.0.20", "ehloName": "out1.example.com" }, { "address": "127.0.0.21", "ehloName": "out2.example.com" }],
            """));

        await site.SendAsync("eva@one.example");
        await site.SendAsync("eva@two.example");

        // One after the other: the names are in the order of the connections.
        var names = server.Lines.Where(line => line.StartsWith("EHLO", StringComparison.Ordinal));
        Assert.Equal([("127.0.0.20", "EHLO out1.example.com"), ("127.0.0.21", "EHLO out2.example.com")], server.Peers.Zip(names).Order());
    }

    [Fact]
    public async Task SendAsync_NoSourceOfTheFamily_IsDeferredAndSaysSo()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "mx.example").Address("mx.example", "127.0.0.2");
        site.Start(site.Direct("""  "sources": [{ "address": "::1" }],"""));

        var outcome = await site.SendAsync();

        Assert.Equal((Deferred, 0), (outcome.Kind, server.Connections));
        Assert.Contains("no source address", outcome.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ipv4-first", "127.0.0.2")]
    [InlineData("ipv6-first", "::1")]
    [InlineData("ipv6-only", "::1")]
    [InlineData("ipv4-only", "127.0.0.2")]
    public async Task SendAsync_HostHasBothFamilies_TakesTheOneThatIsSet(string order, string expected)
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "no IPv6");
        await using var site = new RouteSite();
        site.Serve(2);
        ScriptedSmtpServer six;
        try
        {
            six = ScriptedSmtpServer.StartAt("::1", site.Port, RouteSite.Endless);
        }
        catch (System.Net.Sockets.SocketException)
        {
            Assert.Skip("no IPv6 loopback");
            return;
        }

        await using (six)
        {
            site.Dns.Mx("one.example", 10, "mx.example").Address("mx.example", "127.0.0.2", "::1");
            site.Start(site.Direct($"\"addresses\": \"{order}\","));

            var outcome = await site.SendAsync();

            Assert.Equal($"mx.example[{expected}]:{site.Port} (mx)", outcome.AcceptedBy);
        }
    }

    [Fact]
    public async Task SendAsync_AddressLiteral_GoesThereWithoutDns()
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Start(site.Direct());

        var outcome = await site.SendAsync("eva@[127.0.0.2]");
        var nonsense = await site.SendAsync("eva@[1.2.3.400]");

        Assert.Equal(($"[127.0.0.2]:{site.Port} (mx)", 0), (outcome.AcceptedBy, site.Dns.Queries));
        Assert.Equal((Rejected, Status.InvalidRecipient), (nonsense.Kind, nonsense.Status));
    }

    [Fact]
    public async Task SendAsync_InternationalDomain_IsAskedForAsALabel()
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Dns.Mx("xn--bcher-kva.example", 10, "mx.example").Address("mx.example", "127.0.0.2");
        site.Start(site.Direct());

        Assert.Equal(Delivered, (await site.SendAsync("eva@bücher.example")).Kind);
    }

    [Fact]
    public async Task SendAsync_TriesAreLimited_StopsThere()
    {
        await using var site = new RouteSite();
        site.Serve(9);
        for (var i = 2; i < 6; i++)
        {
            site.Dns.Mx("one.example", (ushort)i, $"mx{i}.example").Address($"mx{i}.example", $"127.0.0.{i}");
        }

        site.Dns.Mx("one.example", 50, "last.example").Address("last.example", "127.0.0.9");
        site.Start(site.Direct("\"maxTries\": 3,"));

        Assert.Equal(Deferred, (await site.SendAsync()).Kind);
    }

    [Fact]
    public async Task SendAsync_TlsFailsAndIsOpportunistic_GoesInPlainText()
    {
        await using var site = new RouteSite();
        var server = site.Serve(
            2,
            SmtpScript.Empty.Send("220 ready\r\n").Answer("250-hello\r\n250 STARTTLS\r\n").Answer("220 go\r\n").Send("no TLS here\r\n"),
            SmtpScript.Empty.Send("220 ready\r\n").Answer("250-hello\r\n250 STARTTLS\r\n").AcceptMessage().Hang());
        site.Dns.Mx("one.example", 10, "mx.example").Address("mx.example", "127.0.0.2");
        site.Start(site.Direct());

        Assert.Equal((Delivered, 2), ((await site.SendAsync()).Kind, server.Connections));
    }

    /// <summary>The certificate is for nobody, and of an authority that nobody knows.</summary>
    [Theory]
    [InlineData("opportunistic")]
    [InlineData("required")]
    public async Task SendAsync_CertificateIsNoGood_OpportunisticGoesOnEncryptedAndRequiredSendsNothing(string tls)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.IssueExpired("somebody.else.test");
        await using var site = new RouteSite();
        var encrypted = new TaskCompletionSource();
        var server = site.Serve(2, SmtpScript.Empty.Send("220 ready\r\n").Answer("250-hello\r\n250 STARTTLS\r\n").Answer("220 go\r\n").Encrypt(certificate).Signal(encrypted)
            .Answer("250 hello\r\n").AcceptMessage().Hang());
        site.Dns.Mx("one.example", 10, "mx.example").Address("mx.example", "127.0.0.2");
        site.Start(site.Direct($"\"tls\": \"{tls}\","));

        var outcome = await site.SendAsync();

        if (tls == "opportunistic")
        {
            Assert.Equal((Delivered, true, 1), (outcome.Kind, encrypted.Task.IsCompleted, server.Connections));
            return;
        }

        Assert.Equal((Deferred, "tls-required", OutcomeScope.Endpoint), (outcome.Kind, outcome.Reason, outcome.Scope));
        Assert.Contains("the certificate is for somebody.else.test, not for mx.example", outcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Smtp:", outcome.Text, StringComparison.Ordinal); // no setting would help
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_TlsIsRequiredAndNotOffered_IsDeferredUnsaid()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "mx.example").Address("mx.example", "127.0.0.2");
        site.Start(site.Direct("\"tls\": \"required\","));

        Assert.Equal(Deferred, (await site.SendAsync()).Kind);
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_ServerThatPipelines_IsSentToStepByStepUntilARuleAllowsIt()
    {
        await using var site = new RouteSite();
        site.Serve(2, SmtpScript.GreetedPipelining().Answer("250 ok\r\n").Answer("250 ok\r\n").Answer("354 go\r\n").ReadContent().Send("250 taken\r\n").Hang());
        site.Dns.Mx("one.example", 10, "mx.example").Address("mx.example", "127.0.0.2");
        site.Start(site.Direct());

        Assert.Equal(Delivered, (await site.SendAsync()).Kind);
    }
}
