namespace Dispatcher.Core.Sending.Routes;

/// <summary>Finds the rule for a destination. Immutable; safe for concurrent calls.</summary>
public sealed class ShapingTable
{
    private readonly DomainPatternMap<ShapingRule> _domains;
    private readonly DomainPatternMap<ShapingRule> _exchangers;

    public ShapingTable(ShapingFile file)
    {
        Default = file.Default;
        _domains = new(file.Rules.SelectMany(rule => rule.Domains, (rule, domain) => (domain, rule)));
        _exchangers = new(file.Rules.SelectMany(rule => rule.Exchangers, (rule, host) => (host, rule)));
    }

    /// <summary>No rules at all.</summary>
    public static ShapingTable Empty { get; } = new(new ShapingFile(new ShapingRule { Name = "default" }, []));

    public ShapingRule Default { get; }

    /// <summary>The rule of the recipient's domain, else of the first exchanger that has one; null: only <see cref="Default"/> applies.</summary>
    /// <param name="exchangers">In the order in which they are tried.</param>
    public ShapingRule? Find(string domain, IEnumerable<string> exchangers)
    {
        if (_domains.Find(domain) is { } rule)
        {
            return rule;
        }

        foreach (var host in exchangers)
        {
            if (_exchangers.Find(host) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
