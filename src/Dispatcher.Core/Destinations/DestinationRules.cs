using Dispatcher.Core.Addresses;
using Dispatcher.Core.Json;

namespace Dispatcher.Core.Destinations;

/// <summary>What a group's domains must look like.</summary>
internal static class DestinationRules
{
    private const string Wildcard = "*.";

    /// <returns>Lower-case A-labels in the order given, without those that are mistakes.</returns>
    public static IReadOnlyList<string> Domains(NodeReader node)
    {
        node.Require("domains");
        var domains = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var items = node.List("domains");
        for (var index = 0; index < items?.Count; index++)
        {
            if (Normalise(NodeText.Of(items[index]), out var domain) is { } fault)
            {
                node.Problem($"domains[{index}]", fault);
            }
            else if (!seen.Add(domain))
            {
                node.Problem($"domains[{index}]", $"{domain} stands twice; keep one");
            }
            else
            {
                domains.Add(domain);
            }
        }

        if (items is { Count: 0 })
        {
            node.Problem("domains", "needs one domain at least");
        }

        return domains;
    }

    /// <returns>What is wrong; null: fine.</returns>
    private static string? Normalise(string? text, out string domain)
    {
        domain = "";
        if (text is null)
        {
            return "must be a domain such as example.com, or *.example.com for those below it";
        }

        var prefix = text.StartsWith(Wildcard, StringComparison.Ordinal) ? Wildcard : "";
        var name = text[prefix.Length..];
        if (DomainSyntax.FindFault(name) is { } fault)
        {
            return fault;
        }

        domain = prefix + DomainSyntax.Normalise(name);
        return null;
    }
}
