using System.Text.Json.Nodes;
using Dispatcher.Core.Json;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Destinations;

/// <summary>
/// Reads destination groups from a tree of nodes, wherever it came from, and reports every mistake in one go. A key that is not known is a
/// mistake: a typing error must not switch a limit off. Pure; safe for concurrent calls.
/// </summary>
public static class DestinationGroupReader
{
    private static readonly SettingsListReader<DestinationGroup> List = new("destinations", "destination group", ReadOne, FindConflicts);

    /// <param name="root">One group, a list of groups, or an object with the one key <c>destinations</c>, which holds a list.</param>
    /// <param name="place">Null: places are not known.</param>
    public static ReadResult<DestinationGroup> Read(JsonNode? root, NodePlace? place = null) => List.Read(root, place);

    /// <summary>The same from JSON as text; broken JSON and keys that stand twice are problems too.</summary>
    public static ReadResult<DestinationGroup> ReadJson(string json) => List.ReadJson(json);

    private static DestinationGroup ReadOne(NodeReader node)
    {
        var group = new DestinationGroup
        {
            Group = TenantRules.Name(node, "group"),
            Domains = DestinationRules.Domains(node),
            Rate = LimitRules.Rate(node),
            Concurrency = LimitRules.Concurrency(node),
        };
        node.RefuseUnknown();
        return group;
    }

    private static IEnumerable<string> FindConflicts(IReadOnlyList<DestinationGroup> groups)
    {
        foreach (var same in groups.GroupBy(group => group.Group).Where(same => same.Key.Length > 0 && same.Count() > 1))
        {
            yield return $"'{same.Key}' stands {same.Count()} times; keep one";
        }

        var pairs = groups.SelectMany(group => group.Domains, (group, domain) => (domain, group.Group));
        foreach (var shared in pairs.GroupBy(pair => pair.domain, pair => pair.Group))
        {
            var owners = shared.Distinct().ToArray();
            if (owners.Length > 1)
            {
                yield return $"the domain {shared.Key} stands in more than one group: {string.Join(", ", owners)}";
            }
        }
    }
}
