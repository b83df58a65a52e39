using Dispatcher.Core.Addresses;

namespace Dispatcher.Core.Dns;

/// <summary>What the owner of a domain asks receivers to do with mail that is not proven to be the domain's own (RFC 7489).</summary>
/// <param name="Domain">Where the record stands: the domain itself or one above it.</param>
/// <param name="Record">As it is published.</param>
/// <param name="Policy">For the domain that was asked for.</param>
/// <param name="StrictSpf">SPF's domain must be the very same; else one of the same owner will do.</param>
/// <param name="StrictDkim">The signature's domain must be the very same.</param>
public sealed record DmarcPolicy(string Domain, string Record, DmarcAction Policy, bool StrictSpf, bool StrictDkim)
{
    private const string Version = "v=DMARC1";

    /// <summary>Names that are asked for at most, as the tree walk of DMARC's successor has it.</summary>
    private const int MostNames = 8;

    /// <summary>
    /// Whether a domain that SPF or DKIM has proven counts for a sender's domain. Who belongs to one owner is not asked of a public list: one
    /// that lies below the other does, and all that lies at or below the domain that publishes the policy.
    /// </summary>
    public bool Aligns(string proven, string sender, bool strict) => strict
        ? proven.Equals(sender, StringComparison.OrdinalIgnoreCase)
        : IsWithin(proven, sender) || IsWithin(sender, proven) || (IsWithin(proven, Domain) && IsWithin(sender, Domain));

    /// <summary>Looks for the record at the domain, then above it. Bounded by the resolver: eight look-ups.</summary>
    /// <param name="domain">Well formed; international ones in either form.</param>
    public static async ValueTask<DmarcAnswer> FindAsync(IDnsResolver resolver, string domain, CancellationToken cancellationToken)
    {
        var asked = DomainSyntax.ToAscii(domain) ?? domain;
        var name = asked;
        for (var step = 0; step < MostNames && name.Contains('.'); step++, name = name[(name.IndexOf('.') + 1)..])
        {
            var answer = await resolver.QueryTxtAsync("_dmarc." + name, cancellationToken).ConfigureAwait(false);
            if (answer.Kind == DnsAnswerKind.Failed)
            {
                return new(DnsKnown: false, null, null);
            }

            var records = answer.Records.Where(text => text.StartsWith(Version, StringComparison.Ordinal)).ToArray();
            if (records.Length > 0)
            {
                return records.Length > 1
                    ? new(DnsKnown: true, null, $"{records.Length} DMARC records stand at _dmarc.{name}, so that receivers use none (RFC 7489 section 6.6.3)")
                    : Parse(name, records[0], isAbove: name != asked);
            }
        }

        return new(DnsKnown: true, null, null);
    }

    private static DmarcAnswer Parse(string domain, string record, bool isAbove)
    {
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var tag in record.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = tag.IndexOf('=');
            if (equals > 0)
            {
                tags.TryAdd(tag[..equals].TrimEnd(), tag[(equals + 1)..].TrimStart());
            }
        }

        var word = isAbove && tags.TryGetValue("sp", out var below) ? below : tags.GetValueOrDefault("p");
        var action = word?.ToLowerInvariant() switch
        {
            "none" => DmarcAction.None,
            "quarantine" => DmarcAction.Quarantine,
            "reject" => DmarcAction.Reject,
            _ => DmarcAction.Unset,
        };
        return action == DmarcAction.Unset
            ? new(DnsKnown: true, null, $"the DMARC record at _dmarc.{domain} has no policy p=none, p=quarantine or p=reject")
            : new(DnsKnown: true, new(domain, record, action, IsStrict(tags, "aspf"), IsStrict(tags, "adkim")), null);
    }

    private static bool IsStrict(Dictionary<string, string> tags, string tag) =>
        tags.TryGetValue(tag, out var mode) && mode.Equals("s", StringComparison.OrdinalIgnoreCase);

    private static bool IsWithin(string domain, string above) =>
        domain.Equals(above, StringComparison.OrdinalIgnoreCase) || domain.EndsWith("." + above, StringComparison.OrdinalIgnoreCase);
}
