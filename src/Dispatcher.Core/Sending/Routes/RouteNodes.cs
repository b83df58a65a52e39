using System.Net;
using System.Text.Json.Nodes;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Sending.Routes;

/// <summary>Reads the routes of a file.</summary>
internal static class RouteNodes
{
    private const int MostConnections = 1000;
    private const int MostWeight = 1000;
    private const int MostEndpoints = 32;
    private const int LongestText = 4096;

    public static List<T> Items<T>(NodeReader parent, string key, ProblemList problems, Func<NodeReader, JsonObject, T> read, string path = "")
    {
        var items = new List<T>();
        var list = parent.List(key);
        for (var index = 0; index < list?.Count; index++)
        {
            if (list[index] is JsonObject item)
            {
                items.Add(read(new NodeReader(item, $"{path}{key}[{index}].", problems), item));
            }
            else
            {
                problems.Add($"{path}{key}[{index}]", "must hold keys with values");
            }
        }

        return items;
    }

    public static RouteSettings Route(NodeReader node, JsonObject raw)
    {
        node.Require("kind");
        var kind = node.Code<RouteKind>("kind") ?? RouteKind.Relay;
        var route = new RouteSettings
        {
            Name = Name(node, "name"),
            Kind = kind,
            Connections = node.Integer("connections", 1, MostConnections),
            EhloName = node.Text("ehloName", HostFault),
            Fallback = node.Has("fallback") ? Name(node, "fallback") : null,
            Relay = kind == RouteKind.Relay ? Relay(node) : null,
            Direct = kind == RouteKind.Direct ? Direct(node) : null,
            Fingerprint = raw.ToJsonString(),
        };
        node.RefuseUnknown();
        return route;
    }

    public static string Name(NodeReader node, string key)
    {
        node.Require(key);
        return node.Text(key, text => Identity.IsTenant(text)
            ? null
            : "must be 1 to 63 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit") ?? "";
    }

    /// <summary>A host name of one label at least, or an address.</summary>
    public static string? HostFault(string host) =>
        IpSyntax.Parse(host) is not null || (host.Length <= DomainSyntax.MaxLength && DomainSyntax.FindFault(host + ".x") is null)
            ? null
            : "must be a host name or an address, without scheme and port";

    private static RelaySettings Relay(NodeReader node)
    {
        var endpoints = Objects(node, "endpoints", Endpoint);
        node.Require("endpoints");
        if (endpoints.Count > MostEndpoints)
        {
            node.Problem("endpoints", $"holds more than {MostEndpoints}");
        }

        if (node.List("endpoints") is { Count: 0 } || (endpoints.Count > 0 && endpoints.All(endpoint => endpoint.Weight == 0)))
        {
            node.Problem("endpoints", "needs one with a weight above 0 at least");
        }

        return new RelaySettings
        {
            Endpoints = endpoints,
            Tls = node.Code<RouteTls>("tls") ?? RouteTls.Auto,
            MinTls = node.Text("minTls", text => text is "1.2" or "1.3" ? null : "must be \"1.2\" or \"1.3\", in quotes"),
            CaFile = node.Text("caFile", TextFault),
            AcceptInvalidCertificates = node.Flag("acceptInvalidCertificates") ?? false,
            ClientCertificateFile = node.Text("clientCertificateFile", TextFault),
            ClientKeyFile = node.Text("clientKeyFile", TextFault),
            User = node.Text("user", TextFault),
            PasswordFile = node.Text("passwordFile", TextFault),
            AuthMechanism = node.Text("authMechanism", TextFault),
            AllowPlainTextAuth = node.Flag("allowPlainTextAuth") ?? false,
            Pipelining = node.Flag("pipelining"),
            MessagesPerConnection = node.Integer("messagesPerConnection", 1, 100_000),
        };
    }

    private static RelayEndpoint Endpoint(NodeReader node)
    {
        node.Require("host");
        return new(
            node.Text("host", HostFault) ?? "",
            node.Integer("port", 1, 65_535) ?? 25,
            node.Integer("weight", 0, MostWeight) ?? 1,
            node.Text("tlsName", HostFault));
    }

    private static DirectSettings Direct(NodeReader node)
    {
        var none = new DirectSettings();
        var direct = new DirectSettings
        {
            Port = node.Integer("port", 1, 65_535) ?? none.Port,
            Addresses = Order(node),
            Sources = Objects(node, "sources", Source),
            Tls = node.Code<RouteTls>("tls") ?? none.Tls,
            MaxTries = node.Integer("maxTries", 1, 50) ?? none.MaxTries,
            MaxTime = Duration(node, "maxTime", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30), "1s to 30m") ?? none.MaxTime,
            OwnAddresses = Addresses(node, "ownAddresses"),
            AllowLoopback = node.Flag("allowLoopback") ?? false,
        };
        CheckDirectTls(node, direct.Tls);
        return direct;
    }

    public static void CheckDirectTls(NodeReader node, RouteTls? tls)
    {
        if (tls is RouteTls.Auto or RouteTls.Implicit)
        {
            node.Problem("tls", "must be one of none, opportunistic, required on a direct route");
        }
    }

    private static AddressOrder Order(NodeReader node)
    {
        var order = AddressOrder.Ipv4First;
        node.Text("addresses", text =>
        {
            switch (text)
            {
                case "ipv4-first": order = AddressOrder.Ipv4First; return null;
                case "ipv6-first": order = AddressOrder.Ipv6First; return null;
                case "ipv4-only": order = AddressOrder.Ipv4Only; return null;
                case "ipv6-only": order = AddressOrder.Ipv6Only; return null;
                default: return "must be one of ipv4-first, ipv6-first, ipv4-only, ipv6-only";
            }
        });
        return order;
    }

    private static SourceAddress Source(NodeReader node)
    {
        IPAddress? address = null;
        node.Require("address");
        node.Text("address", text => (address = IpSyntax.Parse(text)) is null ? "must be an IP address of this machine" : null);
        return new(address ?? IPAddress.None, node.Text("ehloName", HostFault));
    }

    private static List<T> Objects<T>(NodeReader node, string key, Func<NodeReader, T> read)
    {
        var items = new List<T>();
        foreach (var item in node.Objects(key))
        {
            items.Add(read(item));
            item.RefuseUnknown();
        }

        return items;
    }

    private static List<IPAddress> Addresses(NodeReader node, string key)
    {
        var addresses = new List<IPAddress>();
        var items = node.List(key);
        for (var index = 0; index < items?.Count; index++)
        {
            if (NodeText.Of(items[index]) is { } text && IpSyntax.Parse(text) is { } address)
            {
                addresses.Add(address);
            }
            else
            {
                node.Problem($"{key}[{index}]", "must be an IP address");
            }
        }

        return addresses;
    }

    public static TimeSpan? Duration(NodeReader node, string key, TimeSpan least, TimeSpan most, string range)
    {
        TimeSpan? found = null;
        node.Text(key, text =>
        {
            if (!DurationText.TryParse(text, out var value) || value < least || value > most)
            {
                return $"must be a duration from {range}, for example {range.Split(' ')[^1]}";
            }

            found = value;
            return null;
        });
        return found;
    }

    private static string? TextFault(string text) =>
        text.Length is 0 or > LongestText || text.Any(char.IsControl) ? "must be a text without control characters" : null;
}
