using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Dispatcher.Core.Sending.Routes;

/// <summary>Chooses routes. Immutable; safe for concurrent calls.</summary>
public sealed class RouteTable
{
    private readonly Rule[] _rules;
    private readonly IReadOnlyList<RouteShare> _default;

    public RouteTable(RouteFile file)
    {
        _rules = [.. file.Rules.Select(rule => new Rule(rule))];
        _default = file.Default;
    }

    /// <summary>The name of the route for a message: of the first rule that matches, by the weights there.</summary>
    public string Pick(in RouteQuery query)
    {
        var shares = SharesOf(query, out _);
        return shares.Count == 1 ? shares[0].Route : Pick(shares, query.Key);
    }

    /// <summary>The routes that a message may take, and the rule that says so: counted from 0; -1: none, so the default.</summary>
    public IReadOnlyList<RouteShare> SharesOf(in RouteQuery query, out int rule)
    {
        for (rule = 0; rule < _rules.Length; rule++)
        {
            if (_rules[rule].Matches(query))
            {
                return _rules[rule].Use;
            }
        }

        rule = -1;
        return _default;
    }

    /// <summary>By the message's key and not by chance: a greylisting server must see the same client again.</summary>
    private static string Pick(IReadOnlyList<RouteShare> shares, string key)
    {
        var point = (int)(Hash(key) % (uint)shares.Sum(share => share.Weight));
        foreach (var share in shares)
        {
            point -= share.Weight;
            if (point < 0)
            {
                return share.Route;
            }
        }

        return shares[^1].Route;
    }

    /// <summary>The same in every process, which string.GetHashCode is not.</summary>
    internal static uint Hash(string key)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), digest);
        return BinaryPrimitives.ReadUInt32LittleEndian(digest);
    }

    private sealed class Rule(RouteRule rule)
    {
        private readonly HashSet<string> _tenants = [.. rule.Tenants];
        private readonly HashSet<string> _tags = new(rule.Tags, StringComparer.OrdinalIgnoreCase);
        private readonly DomainPatternMap<string> _senders = new(rule.SenderDomains.Select(domain => (domain, domain)));

        public IReadOnlyList<RouteShare> Use => rule.Use;

        public bool Matches(in RouteQuery query) =>
            (_tenants.Count == 0 || _tenants.Contains(query.Tenant))
            && (rule.SenderDomains.Count == 0 || _senders.Find(query.SenderDomain) is not null)
            && (_tags.Count == 0 || query.Tags.Any(_tags.Contains));
    }
}
