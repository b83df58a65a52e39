using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Routing;
using Dispatcher.Smtp.Wire;
using Dispatcher.TestKit.Mail;
using Microsoft.Extensions.Logging.Abstractions;
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

        var outcomes = new List<DeliveryOutcome>();
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

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
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
        var count = new OpenCount();
        var servers = Enumerable.Range(2, 6).Select(number => site.Serve(number, RouteSite.EndlessAfter(SmtpScript.Empty.CountIn(count)))).ToArray();
        var routes = Enumerable.Range(2, 6).Select(number =>
            $$"""{ "name": "r{{number}}", "kind": "relay", "endpoints": [{ "host": "127.0.0.{{number}}", "port": {{site.Port}} }] }""");
        var rules = Enumerable.Range(2, 6).Select(number => $$"""{ "tenants": ["t{{number}}"], "use": "r{{number}}" }""");
        site.Start(
            $$"""{ "routes": [{{string.Join(',', routes)}}], "rules": [{{string.Join(',', rules)}}], "default": "r2" }""",
            configure: options =>
            {
                options.Connections = 2;
                options.Timeouts.Quit = Mails.Limit; // each is closed by its server before the next one is opened, however slow this machine is
            });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => site.SendAsync(message: Mails.Message() with { Tenant = $"t{(i % 6) + 2}" })));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.All(servers, server => Assert.True(server.Connections > 0));
        Assert.Equal(2, count.Most);
    }

    [Fact]
    public async Task SendAsync_RelayIsAway_SaysThatNobodyWasAskedAndWhenToComeAgain()
    {
        await using var site = new RouteSite();
        var closed = SmtpScript.Empty.Send("421 4.3.2 closed\r\n");
        site.Serve(2, closed);
        site.Start($$"""{ "routes": [{ "name": "main", "kind": "relay", "endpoints": [{ "host": "127.0.0.2", "port": {{site.Port}} }] }], "default": "main" }""");

        // The one that finds out, and those who are told.
        for (var i = 0; i < 6; i++)
        {
            var outcome = await site.SendAsync();
            Assert.Equal((Deferred, true, true, Core.Statuses.Status.InternalError), (outcome.Kind, outcome.NoConnection, outcome.Uncounted, outcome.Status));
            Assert.InRange(outcome.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>What is said about a message is about that message, even if it is our address that is refused.</summary>
    [Theory]
    [InlineData("450 4.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example")]
    [InlineData("451 4.3.0 system is out of order")]
    public async Task SendAsync_RefusedForNow_DoesNotGoToTheFallback(string reply)
    {
        await using var site = new RouteSite();
        site.Serve(2, SmtpScript.Greeted.Answer("250 ok\r\n").Answer(reply + "\r\n").Hang());
        var other = site.Serve(3);
        site.Start(
            $$"""
            { "routes": [{ "name": "main", "kind": "relay", "endpoints": [{ "host": "127.0.0.2", "port": {{site.Port}} }], "fallback": "other" },
              { "name": "other", "kind": "relay", "endpoints": [{ "host": "127.0.0.3", "port": {{site.Port}} }] }], "default": "main" }
            """);

        Assert.Equal((Deferred, false, 0), (await site.SendAsync() is var outcome ? outcome.Kind : default, outcome.NoConnection, other.Connections));
    }

    [Theory]
    [InlineData(3, 1, 300)]
    [InlineData(1, 3, 100)]
    [InlineData(1, 1, 200)]
    [InlineData(1, 0, 400)]
    public async Task SendAsync_EndpointsWithWeights_ShareTheMailByThem(int first, int second, int expected)
    {
        await using var site = new RouteSite();
        site.Serve(2);
        site.Serve(3);
        var settings = new RouteSettings
        {
            Name = "main",
            Kind = RouteKind.Relay,
            Relay = new() { Endpoints = [new("127.0.0.2", site.Port, first, null), new("127.0.0.3", site.Port, second, null)] },
            Fingerprint = "",
        };
        var common = new SmtpOptions { EhloName = "test.example.com", MessagesPerConnection = 50 };
        var random = new Random(1);
        await using var route = new RelayRoute(
            settings, common, new ConnectionBudget(() => 8, null), TimeProvider.System, NullLogger.Instance, random.Next);
        var message = Mails.Message();
        Assert.True(Envelope.TryCreate(message, out var envelope, out _));

        var outcomes = new List<DeliveryOutcome>();
        for (var i = 0; i < 400; i++)
        {
            outcomes.Add(await route.SendAsync(envelope, message, CancellationToken.None).AsTask().WaitAsync(Mails.Limit));
        }

        // One at a time, so the picks are the same in every run; 40 is four deviations of such a draw or more.
        var taken = outcomes.Count(outcome => outcome.AcceptedBy == $"127.0.0.2:{site.Port} (main)");
        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.InRange(taken, expected - (second == 0 ? 0 : 40), expected + (second == 0 ? 0 : 40));
    }
}
