using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Json;

namespace Dispatcher.Core.Sending.Routes;

/// <summary>Reads the rules of a file of routes.</summary>
internal static class RuleNodes
{
    private const int MostWeight = 1000;
    private const int LongestTag = 50;

    public static RouteRule Rule(NodeReader node, IReadOnlySet<string> routes)
    {
        var rule = new RouteRule
        {
            Tenants = Texts(node, "tenants", text => Identity.IsTenant(text) ? text : null, "must be a tenant's name"),
            SenderDomains = Domains(node, "senderDomains"),
            Tags = Texts(node, "tags", text => text.Length is > 0 and <= LongestTag ? text : null, "must be a tag of 1 to 50 characters"),
            Use = Shares(node, "use", routes),
        };
        if (!node.Has("tenants") && !node.Has("senderDomains") && !node.Has("tags"))
        {
            node.Problem("use", "stands without tenants, senderDomains and tags; what is for all mail is the default");
        }

        node.RefuseUnknown();
        return rule;
    }

    /// <summary>A route's name, or a list of <c>{ route, weight }</c>.</summary>
    public static IReadOnlyList<RouteShare> Shares(NodeReader node, string key, IReadOnlySet<string> routes)
    {
        node.Require(key);
        var shares = new List<RouteShare>();
        if (node.Has(key) && node.IsText(key))
        {
            shares.Add(new(node.Text(key, name => Unknown(name, routes)) ?? "", 1));
            return shares;
        }

        if (node.List(key) is { Count: 0 })
        {
            node.Problem(key, "needs one route at least");
        }

        foreach (var item in node.Objects(key))
        {
            item.Require("route");
            shares.Add(new(item.Text("route", name => Unknown(name, routes)) ?? "", item.Integer("weight", 1, MostWeight) ?? 1));
            item.RefuseUnknown();
        }

        if (shares.GroupBy(share => share.Route).Any(same => same.Count() > 1))
        {
            node.Problem(key, "names a route twice; add its weights up");
        }

        return shares;
    }

    /// <summary>Domains and wildcards, as lower-case A-labels.</summary>
    public static IReadOnlyList<string> Domains(NodeReader node, string key) => Texts(
        node,
        key,
        text =>
        {
            var prefix = text.StartsWith("*.", StringComparison.Ordinal) ? "*." : "";
            var name = text[prefix.Length..];
            return DomainSyntax.FindFault(name) is null ? prefix + DomainSyntax.Normalise(name) : null;
        },
        "must be a domain such as example.com, or *.example.com for those below it");

    private static List<string> Texts(NodeReader node, string key, Func<string, string?> normalise, string otherwise)
    {
        var texts = new List<string>();
        var items = node.List(key);
        for (var index = 0; index < items?.Count; index++)
        {
            if (NodeText.Of(items[index]) is { } text && normalise(text) is { } good)
            {
                texts.Add(good);
            }
            else
            {
                node.Problem($"{key}[{index}]", otherwise);
            }
        }

        if (items is { Count: 0 })
        {
            node.Problem(key, "is empty; leave it out, or name one at least");
        }

        return texts;
    }

    private static string? Unknown(string name, IReadOnlySet<string> routes) => routes.Contains(name) ? null : $"there is no route '{name}'";
}
