using System.Collections.Immutable;
using System.Net;
using Dispatcher.Core.Addresses;

namespace Dispatcher.Core.Dns;

/// <summary>What DNS says about a domain as a place for mail.</summary>
/// <param name="Kind">In a word.</param>
/// <param name="Exchangers">In the order in which they are tried; empty unless it has some.</param>
/// <param name="TimeToLive">How long that holds.</param>
public sealed record MailDomain(MailDomainKind Kind, ImmutableArray<MxRecord> Exchangers, TimeSpan TimeToLive)
{
    /// <summary>Exchangers whose addresses are looked for; a sender would give up sooner.</summary>
    private const int MostExchangers = 5;

    /// <summary>What is wrong, as the end of a sentence; null: nothing, or nobody knows.</summary>
    public string? Fault => Kind switch
    {
        MailDomainKind.NullMx => "the domain says that it takes no mail (null MX)",
        MailDomainKind.NoSuchDomain => "the domain does not exist",
        MailDomainKind.NoMailServer => "the domain has no mail server",
        MailDomainKind.BrokenMx => "the domain's mail servers have no address",
        _ => null,
    };

    /// <summary>By RFC 5321 section 5.1 and RFC 7505. Bounded by the resolver: a dozen look-ups at most.</summary>
    /// <param name="domain">Well formed; international ones in either form.</param>
    public static async ValueTask<MailDomain> FindAsync(IDnsResolver resolver, string domain, CancellationToken cancellationToken)
    {
        var name = DomainSyntax.ToAscii(domain) ?? domain;
        var answer = await resolver.QueryMxAsync(name, cancellationToken).ConfigureAwait(false);
        switch (answer.Kind)
        {
            case DnsAnswerKind.NoSuchDomain:
                return new(MailDomainKind.NoSuchDomain, [], answer.TimeToLive);
            case DnsAnswerKind.NoData:
                var own = await AddressesAsync(resolver, name, cancellationToken).ConfigureAwait(false);
                return new(own.Kind == MailDomainKind.BrokenMx ? MailDomainKind.NoMailServer : own.Kind, [], Less(answer.TimeToLive, own.TimeToLive));
            case DnsAnswerKind.Found:
                var exchangers = answer.Records.Where(record => record.Exchange.Length > 0).OrderBy(record => record.Preference).ToImmutableArray();
                return exchangers.Length == 0
                    ? new(MailDomainKind.NullMx, [], answer.TimeToLive)
                    : await OfExchangersAsync(resolver, exchangers, answer.TimeToLive, cancellationToken).ConfigureAwait(false);
            default:
                return new(MailDomainKind.Unknown, [], answer.TimeToLive);
        }
    }

    private static async ValueTask<MailDomain> OfExchangersAsync(
        IDnsResolver resolver, ImmutableArray<MxRecord> exchangers, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var (kind, looked) = (MailDomainKind.BrokenMx, 0);
        foreach (var exchanger in exchangers)
        {
            var found = await AddressesAsync(resolver, exchanger.Exchange, cancellationToken).ConfigureAwait(false);
            timeToLive = Less(timeToLive, found.TimeToLive);
            kind = found.Kind == MailDomainKind.BrokenMx ? kind : found.Kind;
            if (kind == MailDomainKind.TakesMail || ++looked == MostExchangers)
            {
                break;
            }
        }

        // Those that were not looked at may be sound.
        return new(kind == MailDomainKind.BrokenMx && exchangers.Length > MostExchangers ? MailDomainKind.Unknown : kind, exchangers, timeToLive);
    }

    /// <returns>Kind <see cref="MailDomainKind.BrokenMx"/>: the host has no address.</returns>
    private static async ValueTask<(MailDomainKind Kind, TimeSpan TimeToLive)> AddressesAsync(
        IDnsResolver resolver, string host, CancellationToken cancellationToken)
    {
        var four = await resolver.QueryAAsync(host, cancellationToken).ConfigureAwait(false);
        if (four.Kind == DnsAnswerKind.Found)
        {
            return (MailDomainKind.TakesMail, four.TimeToLive);
        }

        DnsAnswer<IPAddress> six = await resolver.QueryAaaaAsync(host, cancellationToken).ConfigureAwait(false);
        return (six.Kind == DnsAnswerKind.Found ? MailDomainKind.TakesMail : four.IsVoid && six.IsVoid ? MailDomainKind.BrokenMx : MailDomainKind.Unknown,
            Less(four.TimeToLive, six.TimeToLive));
    }

    private static TimeSpan Less(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
