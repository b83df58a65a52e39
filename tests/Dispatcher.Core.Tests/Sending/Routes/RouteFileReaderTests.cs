using System.Text.Json.Nodes;
using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Core.Tests.Sending.Routes;

public sealed class RouteFileReaderTests
{
    [Fact]
    public void Read_EveryKey_IsTaken()
    {
        var read = RouteFileReader.Read(JsonNode.Parse("""
            {
              "routes": [
                { "name": "main", "kind": "relay", "connections": 7, "ehloName": "out.example.com", "fallback": "mx", "tls": "required", "minTls": "1.3",
                  "user": "u", "passwordFile": "/p", "authMechanism": "PLAIN", "pipelining": false, "messagesPerConnection": 9,
                  "endpoints": [{ "host": "a.example.com", "port": 587, "weight": 3, "tlsName": "b.example.com" }, { "host": "192.0.2.1", "weight": 0 }] },
                { "name": "mx", "kind": "direct", "port": 2525, "addresses": "ipv6-first", "tls": "none", "maxTries": 2, "maxTime": "30s",
                  "sources": [{ "address": "192.0.2.9", "ehloName": "nine.example.com" }, { "address": "2001:db8::9" }],
                  "ownAddresses": ["192.0.2.99"], "allowLoopback": true }
              ],
              "rules": [{ "tenants": ["acme"], "senderDomains": ["Bücher.example", "*.shop.example"], "tags": ["vip"],
                          "use": [{ "route": "main", "weight": 3 }, { "route": "mx" }] }],
              "default": "main"
            }
            """));

        Assert.Equal([], read.Problems);
        var file = read.Items[0];
        var (main, mx) = (file.Routes[0], file.Routes[1]);
        Assert.Equal((7, "out.example.com", "mx"), (main.Connections, main.EhloName, main.Fallback));
        Assert.Equal((RouteTls.Required, "1.3", "u", "/p", "PLAIN", false, 9), (
            main.Relay!.Tls, main.Relay.MinTls, main.Relay.User, main.Relay.PasswordFile, main.Relay.AuthMechanism, main.Relay.Pipelining, main.Relay.MessagesPerConnection));
        Assert.Equal([new RelayEndpoint("a.example.com", 587, 3, "b.example.com"), new RelayEndpoint("192.0.2.1", 25, 0, null)], main.Relay.Endpoints);
        Assert.Equal((2525, AddressOrder.Ipv6First, RouteTls.None, 2, TimeSpan.FromSeconds(30), true), (
            mx.Direct!.Port, mx.Direct.Addresses, mx.Direct.Tls, mx.Direct.MaxTries, mx.Direct.MaxTime, mx.Direct.AllowLoopback));
        Assert.Equal(["192.0.2.9 nine.example.com", "2001:db8::9 "], mx.Direct.Sources.Select(source => $"{source.Address} {source.EhloName}"));
        Assert.Equal(["xn--bcher-kva.example", "*.shop.example"], file.Rules[0].SenderDomains);
        Assert.Equal([new RouteShare("main", 3), new RouteShare("mx", 1)], file.Rules[0].Use);
        Assert.Equal([new RouteShare("main", 1)], file.Default);
    }

    [Theory]
    [InlineData("[]", "must hold the keys routes, default and, as needed, rules")]
    [InlineData("""{ "default": "a" }""", "routes: is required")]
    [InlineData("""{ "routes": [] , "default": "a" }""", "routes: needs one route at least")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "pigeon" }], "default": "a" }""", "routes[0].kind: must be one of relay, direct")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "relay" }], "default": "a" }""", "routes[0].endpoints: is required")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "relay", "endpoints": [] }], "default": "a" }""", "routes[0].endpoints: needs one with a weight above 0")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "relay", "endpoints": [{ "host": "h:25" }] }], "default": "a" }""", "routes[0].endpoints[0].host: must be a host name")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "relay", "endpoints": ["h"] }], "default": "a" }""", "routes[0].endpoints[0]: must hold keys with values")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct", "endpoints": [{ "host": "h" }] }], "default": "a" }""", "routes[0].endpoints: is not known")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct", "tls": "implicit" }], "default": "a" }""", "routes[0].tls: must be one of none, opportunistic, required")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct", "sources": [{ "address": "10.1" }] }], "default": "a" }""", "routes[0].sources[0].address: must be an IP address")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct", "maxTime": "1" }], "default": "a" }""", "routes[0].maxTime: must be a duration from 1s to 30m")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct" }, { "name": "a", "kind": "direct" }], "default": "a" }""", "routes: 'a' stands 2 times")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct", "fallback": "b" }], "default": "a" }""", "routes[0].fallback: there is no route 'b'")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct", "fallback": "b" }, { "name": "b", "kind": "direct", "fallback": "a" }], "default": "a" }""", "routes[0].fallback: leads in a circle")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct" }] }""", "default: is required")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct" }], "default": [] }""", "default: needs one route at least")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct" }], "default": [{ "route": "a", "weight": 0 }] }""", "default[0].weight: must be a whole number from 1 to 1000")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct" }], "default": "a", "rules": [{ "use": "a" }] }""", "rules[0].use: stands without tenants")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct" }], "default": "a", "rules": [{ "tags": [], "use": "a" }] }""", "rules[0].tags: is empty")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct" }], "default": "a", "rules": [{ "tenants": ["x"], "use": "b" }] }""", "rules[0].use: there is no route 'b'")]
    [InlineData("""{ "routes": [{ "name": "a", "kind": "direct" }], "default": "a", "ruels": [] }""", "ruels: is not known; did you mean rules?")]
    public void Read_Mistake_IsNamedWithItsPath(string json, string expected)
    {
        var read = RouteFileReader.Read(JsonNode.Parse(json));

        Assert.False(read.Ok);
        Assert.Contains(read.Problems, problem => problem.StartsWith(expected, StringComparison.Ordinal));
    }
}
