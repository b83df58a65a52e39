using Dispatcher.TestKit.Mail;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Routing;

/// <summary>Routes of relays, chosen by tenant, sender and tag.</summary>
public class RelayRouteTests
{
    [Fact]
    public async Task SendAsync_RulesByTenantSenderAndTag_FirstMatchDecides()
    {
        await using var site = new RouteSite();
        var (one, two, three, four) = (site.Serve(2), site.Serve(3), site.Serve(4), site.Serve(5));
        site.Start($$"""
            { "routes": [
                { "name": "one", "kind": "relay", "endpoints": [{ "host": "127.0.0.2", "port": {{site.Port}} }] },
                { "name": "two", "kind": "relay", "endpoints": [{ "host": "127.0.0.3", "port": {{site.Port}} }] },
                { "name": "three", "kind": "relay", "endpoints": [{ "host": "127.0.0.4", "port": {{site.Port}} }] },
                { "name": "four", "kind": "relay", "endpoints": [{ "host": "127.0.0.5", "port": {{site.Port}} }] } ],
              "rules": [
                { "tags": ["VIP"], "use": "three" },
                { "tenants": ["acme"], "use": "one" },
                { "senderDomains": ["*.shop.example"], "use": "two" } ],
              "default": "four" }
            """);

        var tagged = await site.SendAsync(message: Mails.Message() with { Tenant = "acme", Tags = ["x", "vip"] });
        var ofTenant = await site.SendAsync(message: Mails.Message() with { Tenant = "acme" });
        var ofSender = await site.SendAsync(message: Mails.Message() with { Tenant = "other", SenderDomain = "se.shop.example" });
        var ofNobody = await site.SendAsync(message: Mails.Message() with { Tenant = "other", SenderDomain = "shop.example" });

        Assert.Equal(
            [$"127.0.0.4:{site.Port} (three)", $"127.0.0.2:{site.Port} (one)", $"127.0.0.3:{site.Port} (two)", $"127.0.0.5:{site.Port} (four)"],
            new[] { tagged, ofTenant, ofSender, ofNobody }.Select(outcome => outcome.AcceptedBy));
        Assert.Equal([1, 1, 1, 1], new[] { one, two, three, four }.Select(server => server.Connections));
    }

    [Fact]
    public async Task SendAsync_FirstEndpointIsAway_TheSecondTakesTheSameMessage()
    {
        await using var site = new RouteSite();
        site.Serve(3);
        site.Start($$"""
            { "routes": [{ "name": "main", "kind": "relay", "endpoints": [
                { "host": "127.0.0.2", "port": {{site.Port}}, "weight": 1000 }, { "host": "127.0.0.3", "port": {{site.Port}}, "weight": 0 }] }],
              "default": "main" }
            """);

        var outcomes = new List<Core.Sending.DeliveryOutcome>();
        for (var i = 0; i < 5; i++)
        {
            outcomes.Add(await site.SendAsync());
        }

        Assert.All(outcomes, outcome => Assert.Equal((Delivered, $"127.0.0.3:{site.Port} (main)"), (outcome.Kind, outcome.AcceptedBy)));
    }

    [Fact]
    public async Task SendAsync_RefusalOfTheMessage_IsNotTakenElsewhere()
    {
        await using var site = new RouteSite();
        site.Serve(2, SmtpScript.Greeted.Answer("250 ok\r\n").Answer("550 5.1.1 no such user\r\n").Hang());
        var other = site.Serve(3);
        site.Start($$"""
            { "routes": [{ "name": "main", "kind": "relay", "fallback": "spare", "endpoints": [{ "host": "127.0.0.2", "port": {{site.Port}} }] },
                         { "name": "spare", "kind": "relay", "endpoints": [{ "host": "127.0.0.3", "port": {{site.Port}} }] }],
              "default": "main" }
            """);

        var outcome = await site.SendAsync();

        Assert.Equal((Rejected, 550, 0), (outcome.Kind, outcome.ReplyCode, other.Connections));
    }

    [Fact]
    public async Task SendAsync_WholeRouteIsAway_ItsFallbackTakesTheMessage()
    {
        await using var site = new RouteSite();
        site.Serve(3);
        site.Start($$"""
            { "routes": [{ "name": "main", "kind": "relay", "fallback": "spare", "endpoints": [{ "host": "127.0.0.2", "port": {{site.Port}} }] },
                         { "name": "spare", "kind": "relay", "endpoints": [{ "host": "127.0.0.3", "port": {{site.Port}} }] }],
              "default": "main" }
            """);

        var outcome = await site.SendAsync();

        Assert.Equal((Delivered, $"127.0.0.3:{site.Port} (spare)"), (outcome.Kind, outcome.AcceptedBy));
        Assert.Null(site.Transport.Ask(new("", "", [], "m"), "one.example"));
    }

    [Fact]
    public async Task SendAsync_EveryEndpointIsAway_IsDeferredOnce()
    {
        await using var site = new RouteSite();
        var port = TestKit.Processes.FreePort.Find();
        site.Start($$"""
            { "routes": [{ "name": "main", "kind": "relay", "endpoints": [
                { "host": "127.0.0.2", "port": {{port}} }, { "host": "127.0.0.3", "port": {{port}} }] }],
              "default": "main" }
            """);

        var outcome = await site.SendAsync();

        Assert.Equal((Deferred, Core.Sending.OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
    }

    [Fact]
    public async Task SendAsync_RoutesReplaced_NextMessageTakesTheNewOne()
    {
        await using var site = new RouteSite();
        var (one, two) = (site.Serve(2), site.Serve(3));
        string Routes(int number) =>
            $$"""{ "routes": [{ "name": "main", "kind": "relay", "endpoints": [{ "host": "127.0.0.{{number}}", "port": {{site.Port}} }] }], "default": "main" }""";
        site.Start(Routes(2));
        await site.SendAsync();

        site.Write(Routes(3) + " ");
        site.Book.Refresh();
        var moved = await site.SendAsync();

        site.Write("""{ "routes": [], "default": "nowhere" }""");
        site.Book.Refresh();
        var kept = await site.SendAsync();

        Assert.Equal((1, 1), (one.Connections, two.Connections));
        Assert.All(new[] { moved, kept }, outcome => Assert.Equal($"127.0.0.3:{site.Port} (main)", outcome.AcceptedBy));
        Assert.Contains(site.Log, line => line.Contains("default: there is no route 'nowhere'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_ManyMessagesOverSeveralRoutes_KeepTheCeilingInAll()
    {
        await using var site = new RouteSite();
        var servers = Enumerable.Range(2, 6).Select(number => site.Serve(number)).ToArray();
        var routes = Enumerable.Range(2, 6).Select(number =>
            $$"""{ "name": "r{{number}}", "kind": "relay", "endpoints": [{ "host": "127.0.0.{{number}}", "port": {{site.Port}} }] }""");
        var rules = Enumerable.Range(2, 6).Select(number => $$"""{ "tenants": ["t{{number}}"], "use": "r{{number}}" }""");
        site.Start(
            $$"""{ "routes": [{{string.Join(',', routes)}}], "rules": [{{string.Join(',', rules)}}], "default": "r2" }""",
            configure: options => options.Connections = 2);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => site.SendAsync(message: Mails.Message() with { Tenant = $"t{(i % 6) + 2}" })));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.All(servers, server => Assert.True(server.Connections > 0));
    }
}
