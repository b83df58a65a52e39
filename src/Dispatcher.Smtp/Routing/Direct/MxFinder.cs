using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>Finds the hosts that take mail for a domain (RFC 5321 section 5.1). Safe for concurrent calls.</summary>
internal sealed class MxFinder(IDnsResolver resolver, OwnIdentity own)
{
    /// <summary>Hosts beyond these are never tried.</summary>
    private const int MostHosts = 50;

    private static readonly TimeSpan LiteralLives = TimeSpan.FromHours(1);

    /// <param name="domain">In A-labels, or an address literal in brackets.</param>
    /// <param name="cancellation">Ends the wait, not the look-up.</param>
    public async ValueTask<MxPlan> FindAsync(string domain, CancellationToken cancellation)
    {
        if (domain.StartsWith('['))
        {
            return Literal(domain);
        }

        var answer = await resolver.QueryMxAsync(domain, cancellation).ConfigureAwait(false);
        return answer.Kind switch
        {
            DnsAnswerKind.Found => OfRecords(domain, answer),

            // The domain's own addresses: only when it is certain that there is no MX, never when nobody knows.
            DnsAnswerKind.NoData => WithoutOurselves(domain, [new(domain, 0)], answer.TimeToLive),
            DnsAnswerKind.NoSuchDomain => Refused(DirectOutcomes.UnknownDomain($"the domain {domain} does not exist"), answer.TimeToLive),
            _ when answer.Failure == DnsFailure.BadName =>
                Refused(DirectOutcomes.UnknownDomain($"the domain {domain} can't exist: no DNS name has this form"), answer.TimeToLive),
            _ => Refused(DirectOutcomes.LookUpFailed($"MX of {domain}", answer.Failure), answer.TimeToLive),
        };
    }

    private MxPlan OfRecords(string domain, DnsAnswer<MxRecord> answer)
    {
        var hosts = answer.Records.Where(record => record.Exchange.Length > 0)
            .Select(record => new MxHost(record.Exchange, record.Preference))
            .DistinctBy(host => host.Name, StringComparer.OrdinalIgnoreCase)
            .OrderBy(host => host.Preference)
            .Take(MostHosts)
            .ToImmutableArray();

        // RFC 7505: one record, and its exchange is the root.
        return hosts.IsEmpty
            ? Refused(DirectOutcomes.NullMx($"the domain {domain} takes no mail (null MX, RFC 7505)"), answer.TimeToLive)
            : WithoutOurselves(domain, hosts, answer.TimeToLive);
    }

    /// <summary>Leaves out ourselves and whoever is no nearer to the mailbox than we are.</summary>
    private MxPlan WithoutOurselves(string domain, ImmutableArray<MxHost> hosts, TimeSpan timeToLive)
    {
        var ours = hosts.FirstOrDefault(host => own.IsOurName(host.Name));
        var left = ours is null ? hosts : [.. hosts.Where(host => host.Preference < ours.Preference)];
        return left.IsEmpty
            ? Refused(DirectOutcomes.Loop($"mail for {domain} loops: its mail exchanger {ours!.Name} is this host"), timeToLive)
            : new MxPlan { Hosts = left, TimeToLive = timeToLive };
    }

    private MxPlan Literal(string domain)
    {
        var text = domain.AsSpan().Trim("[]");
        var isV6 = text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase);
        if (!IPAddress.TryParse(isV6 ? text[5..] : text, out var address)
            || address.AddressFamily != (isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork))
        {
            return Refused(DirectOutcomes.BadLiteral($"{domain} is no address literal"), LiteralLives);
        }

        return own.IsOurs(address)
            ? Refused(DirectOutcomes.Loop($"mail for {domain} loops: the address is this host's"), LiteralLives)
            : new MxPlan { Hosts = [new(domain, 0, address)], TimeToLive = LiteralLives };
    }

    private static MxPlan Refused(DeliveryOutcome refusal, TimeSpan timeToLive) => new() { Refusal = refusal, TimeToLive = timeToLive };
}
