namespace Dispatcher.Core.Sending.Routes;

/// <summary>Finds the rule for a destination. Immutable; safe for concurrent calls.</summary>
public sealed class ShapingTable
{
    private readonly DomainPatternMap<ShapingRule> _domains;
    private readonly DomainPatternMap<ShapingRule> _exchangers;

    public ShapingTable(ShapingFile file)
    {
        Default = file.Default;
        All = Merged(file);
        _domains = new(All.SelectMany(rule => rule.Domains, (rule, domain) => (domain, rule)));
        _exchangers = new(All.SelectMany(rule => rule.Exchangers, (rule, host) => (host, rule)));
    }

    /// <summary>No rules at all.</summary>
    public static ShapingTable Empty { get; } = new(new ShapingFile(new ShapingRule { Name = "default" }, []));

    public ShapingRule Default { get; }

    /// <summary>Every rule, with the default's values where it has none of its own.</summary>
    public IReadOnlyList<ShapingRule> All { get; }

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

    private static IReadOnlyList<ShapingRule> Merged(ShapingFile file) =>
    [
        .. file.Rules.Select(rule => rule with
        {
            Connections = rule.Connections ?? file.Default.Connections,
            MessagesPerConnection = rule.MessagesPerConnection ?? file.Default.MessagesPerConnection,
            Pipelining = rule.Pipelining ?? file.Default.Pipelining,
            Tls = rule.Tls ?? file.Default.Tls,
            RatePerMinute = rule.RatePerMinute ?? file.Default.RatePerMinute,
            Retry = rule.Retry.Count > 0 ? rule.Retry : file.Default.Retry,
        }),
    ];
}
