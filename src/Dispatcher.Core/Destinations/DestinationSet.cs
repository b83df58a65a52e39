using System.Collections.Frozen;

namespace Dispatcher.Core.Destinations;

/// <summary>Finds the group of a recipient's domain. An exact domain stands before a wildcard, a longer wildcard before a shorter one.
/// Immutable; safe for concurrent calls.</summary>
public sealed class DestinationSet
{
    private readonly FrozenDictionary<string, string> _exact;
    private readonly FrozenDictionary<string, string> _below;

    /// <param name="groups">A domain that stands in two groups belongs to the one whose name comes first.</param>
    public DestinationSet(IEnumerable<DestinationGroup> groups)
    {
        var exact = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var below = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in groups.OrderBy(g => g.Group, StringComparer.Ordinal))
        {
            foreach (var domain in group.Domains)
            {
                if (domain.StartsWith("*.", StringComparison.Ordinal))
                {
                    below.TryAdd(domain[2..], group.Group);
                }
                else
                {
                    exact.TryAdd(domain, group.Group);
                }
            }
        }

        _exact = exact.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _below = below.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    public static DestinationSet Empty { get; } = new([]);

    /// <param name="domain">Null or empty: there is none.</param>
    /// <returns>Null: it belongs to no group.</returns>
    public string? GroupOf(string? domain)
    {
        if (string.IsNullOrEmpty(domain))
        {
            return null;
        }

        if (_exact.TryGetValue(domain, out var group))
        {
            return group;
        }

        for (var dot = domain.IndexOf('.', StringComparison.Ordinal); _below.Count > 0 && dot >= 0; dot = domain.IndexOf('.', dot + 1))
        {
            if (_below.TryGetValue(domain[(dot + 1)..], out group))
            {
                return group;
            }
        }

        return null;
    }
}
