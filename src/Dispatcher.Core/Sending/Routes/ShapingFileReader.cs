using System.Text.Json.Nodes;
using Dispatcher.Core.Json;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Sending.Routes;

/// <summary>
/// Reads <c>Smtp:ShapingFile</c> from a tree of nodes and reports every mistake in one go, each with its path. A key that is not known is a
/// mistake. Pure; safe for concurrent calls.
/// </summary>
public static class ShapingFileReader
{
    private const string DefaultName = "default";

    /// <returns>One file, or its mistakes.</returns>
    public static ReadResult<ShapingFile> Read(JsonNode? root)
    {
        if (root is not JsonObject file)
        {
            return new([], ["must hold the keys rules and, as needed, default"]);
        }

        var problems = new ProblemList();
        var node = new NodeReader(file, "", problems);
        var rules = RouteNodes.Items(node, "rules", problems, (rule, _) => Rule(rule));
        var fallback = node.Object("default") is { } given ? Limits(given, DefaultName) : new ShapingRule { Name = DefaultName };
        foreach (var twice in rules.GroupBy(rule => rule.Name).Where(same => same.Key.Length > 0 && (same.Count() > 1 || same.Key == DefaultName)))
        {
            node.Problem("rules", twice.Key == DefaultName ? "'default' is taken; choose another name" : $"'{twice.Key}' stands {twice.Count()} times; keep one");
        }

        FindShared(node, rules.SelectMany(rule => rule.Domains, (rule, pattern) => (pattern, rule.Name)), "domain");
        FindShared(node, rules.SelectMany(rule => rule.Exchangers, (rule, pattern) => (pattern, rule.Name)), "exchanger");
        node.RefuseUnknown();
        return new(problems.Any ? [] : [new(fallback, rules)], problems.All);
    }

    private static ShapingRule Rule(NodeReader node)
    {
        var name = RouteNodes.Name(node, "name");
        var (domains, exchangers) = (RuleNodes.Domains(node, "domains"), RuleNodes.Domains(node, "mx"));
        if (domains.Count + exchangers.Count == 0)
        {
            node.Problem("domains", "is missing, and so is mx: name a domain or an exchanger");
        }

        return Limits(node, name) with { Domains = domains, Exchangers = exchangers };
    }

    private static ShapingRule Limits(NodeReader node, string name)
    {
        var rule = new ShapingRule
        {
            Name = name,
            Connections = node.Integer("connections", 1, 1000),
            MessagesPerConnection = node.Integer("messagesPerConnection", 1, 100_000),
            Pipelining = node.Flag("pipelining"),
            Tls = node.Code<RouteTls>("tls"),
            RatePerMinute = node.Integer("ratePerMinute", 1, 1_000_000),
            Retry = RetryRules.ReadSchedule(node, "retry"),
        };
        RouteNodes.CheckDirectTls(node, rule.Tls);
        node.RefuseUnknown();
        return rule;
    }

    private static void FindShared(NodeReader node, IEnumerable<(string Pattern, string Rule)> patterns, string what)
    {
        foreach (var shared in patterns.GroupBy(pair => pair.Pattern, pair => pair.Rule))
        {
            var owners = shared.ToArray();
            if (owners.Length > 1)
            {
                node.Problem("rules", $"the {what} {shared.Key} stands more than once: {string.Join(", ", owners)}");
            }
        }
    }
}
