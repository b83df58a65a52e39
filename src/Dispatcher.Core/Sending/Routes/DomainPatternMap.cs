using System.Collections.Frozen;

namespace Dispatcher.Core.Sending.Routes;

/// <summary>Finds what belongs to a domain. An exact domain stands before a wildcard, a longer wildcard before a shorter one; of equal
/// patterns the first counts. Immutable; safe for concurrent calls.</summary>
internal sealed class DomainPatternMap<T>
    where T : class
{
    private readonly FrozenDictionary<string, T> _exact;
    private readonly FrozenDictionary<string, T> _below;

    public DomainPatternMap(IEnumerable<(string Pattern, T Value)> patterns)
    {
        var exact = new Dictionary<string, T>(StringComparer.OrdinalIgnoreCase);
        var below = new Dictionary<string, T>(StringComparer.OrdinalIgnoreCase);
        foreach (var (pattern, value) in patterns)
        {
            if (pattern.StartsWith("*.", StringComparison.Ordinal))
            {
                below.TryAdd(pattern[2..], value);
            }
            else
            {
                exact.TryAdd(pattern, value);
            }
        }

        _exact = exact.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _below = below.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <param name="domain">In A-labels, without the last dot.</param>
    public T? Find(string domain)
    {
        if (_exact.TryGetValue(domain, out var found))
        {
            return found;
        }

        for (var dot = domain.IndexOf('.', StringComparison.Ordinal); _below.Count > 0 && dot >= 0; dot = domain.IndexOf('.', dot + 1))
        {
            if (_below.TryGetValue(domain[(dot + 1)..], out found))
            {
                return found;
            }
        }

        return null;
    }
}
