using System.Text.Json.Nodes;
using Dispatcher.Core.Json;

namespace Dispatcher.Core.Sending.Routes;

/// <summary>
/// Reads <c>Smtp:RoutesFile</c> from a tree of nodes and reports every mistake in one go, each with its path. A key that is not known is a
/// mistake. Pure; safe for concurrent calls.
/// </summary>
public static class RouteFileReader
{
    private const int MostRoutes = 1000;

    /// <returns>One file, or its mistakes.</returns>
    public static ReadResult<RouteFile> Read(JsonNode? root)
    {
        if (root is not JsonObject file)
        {
            return new([], ["must hold the keys routes, default and, as needed, rules"]);
        }

        // 1. The routes.
        var problems = new ProblemList();
        var node = new NodeReader(file, "", problems);
        node.Require("routes");
        var routes = RouteNodes.Items(node, "routes", problems, RouteNodes.Route);
        if (node.List("routes") is { Count: 0 or > MostRoutes })
        {
            node.Problem("routes", $"needs one route at least, and at most {MostRoutes}");
        }

        foreach (var twice in routes.GroupBy(route => route.Name).Where(same => same.Key.Length > 0 && same.Count() > 1))
        {
            node.Problem("routes", $"'{twice.Key}' stands {twice.Count()} times; keep one");
        }

        // 2. Who takes which.
        var names = routes.Select(route => route.Name).ToHashSet();
        var rules = RouteNodes.Items(node, "rules", problems, (rule, _) => RuleNodes.Rule(rule, names));
        var shares = RuleNodes.Shares(node, "default", names);
        FindFallbackFaults(routes, names, problems);
        node.RefuseUnknown();
        return new(problems.Any ? [] : [new(routes, rules, shares)], problems.All);
    }

    private static void FindFallbackFaults(List<RouteSettings> routes, HashSet<string> names, ProblemList problems)
    {
        var next = new Dictionary<string, string?>();
        routes.ForEach(route => next.TryAdd(route.Name, route.Fallback));
        for (var index = 0; index < routes.Count; index++)
        {
            if (routes[index].Fallback is not { } fallback)
            {
                continue;
            }

            if (!names.Contains(fallback))
            {
                problems.Add($"routes[{index}].fallback", $"there is no route '{fallback}'");
                continue;
            }

            var seen = new HashSet<string> { routes[index].Name };
            for (string? at = fallback; at is not null; at = next.GetValueOrDefault(at))
            {
                if (!seen.Add(at))
                {
                    problems.Add($"routes[{index}].fallback", "leads in a circle");
                    break;
                }
            }
        }
    }
}
