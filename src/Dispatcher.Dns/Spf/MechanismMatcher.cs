using System.Net.Sockets;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>Tells whether a mechanism matches (RFC 7208 section 5); <c>include</c> is the evaluator's own.</summary>
internal sealed class MechanismMatcher(IDnsResolver resolver)
{
    /// <summary>Mail exchangers that may be looked up; more are an error (section 4.6.4).</summary>
    private const int MostExchangers = 10;

    private readonly NameValidator _names = new(resolver);

    public static SpfResult TooMany(SpfEvaluation evaluation) =>
        evaluation.Permanent($"evaluation needs more than {SpfEvaluation.MostLookups} DNS look-ups");

    public async ValueTask<Match> MatchAsync(
        SpfEvaluation evaluation, string domain, SpfDirective directive, CancellationToken cancellationToken)
    {
        switch (directive.Kind)
        {
            case MechanismKind.All:
                return Match.Yes;
            case MechanismKind.Ip4:
                return Match.Of(AddressPrefix.Matches(evaluation.Address, directive.Network!, directive.Prefix4));
            case MechanismKind.Ip6:
                return Match.Of(AddressPrefix.Matches(evaluation.Address, directive.Network!, directive.Prefix6));
        }

        if (!evaluation.CountLookup())
        {
            return Match.Failed(TooMany(evaluation));
        }

        if (evaluation.IsOverTime)
        {
            return Match.Failed(evaluation.Temporary("it took too long"));
        }

        var target = await TargetAsync(evaluation, domain, directive.Domain, cancellationToken).ConfigureAwait(false);
        return directive.Kind switch
        {
            MechanismKind.A => await MatchAddressesAsync(evaluation, directive, target, true, cancellationToken).ConfigureAwait(false),
            MechanismKind.Mx => await MatchExchangersAsync(evaluation, directive, target, cancellationToken).ConfigureAwait(false),
            MechanismKind.Exists => await MatchExistsAsync(evaluation, target, cancellationToken).ConfigureAwait(false),
            MechanismKind.Ptr => await MatchNamesAsync(evaluation, target, cancellationToken).ConfigureAwait(false),
            _ => throw new InvalidOperationException($"mechanism {directive.Kind} has no matcher"),
        };
    }

    /// <summary>The domain that a term speaks of: its own text with the macros filled in, else the current one.</summary>
    public async ValueTask<string> TargetAsync(
        SpfEvaluation evaluation, string domain, MacroString? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return domain;
        }

        var validated = MacroExpander.UsesValidatedName(text)
            ? await _names.FindAsync(evaluation, domain, cancellationToken).ConfigureAwait(false)
            : NameValidator.Unknown;
        return MacroExpander.ExpandDomain(text, evaluation, domain, validated);
    }

    private async ValueTask<Match> MatchAddressesAsync(
        SpfEvaluation evaluation, SpfDirective directive, string name, bool countVoid, CancellationToken cancellationToken)
    {
        var addresses = await NameValidator.AddressesAsync(resolver, name, evaluation.Address, cancellationToken).ConfigureAwait(false);
        if (ErrorOf(evaluation, addresses, name, countVoid) is { } error)
        {
            return error;
        }

        foreach (var address in addresses.Records)
        {
            var bits = address.AddressFamily == AddressFamily.InterNetwork ? directive.Prefix4 : directive.Prefix6;
            if (AddressPrefix.Matches(evaluation.Address, address, bits))
            {
                return Match.Yes;
            }
        }

        return Match.No;
    }

    private async ValueTask<Match> MatchExchangersAsync(
        SpfEvaluation evaluation, SpfDirective directive, string name, CancellationToken cancellationToken)
    {
        var exchangers = await resolver.QueryMxAsync(name, cancellationToken).ConfigureAwait(false);
        if (ErrorOf(evaluation, exchangers, name, true) is { } error)
        {
            return error;
        }

        if (exchangers.Records.Length > MostExchangers)
        {
            return Match.Failed(evaluation.Permanent($"{name} has more than {MostExchangers} mail exchangers"));
        }

        foreach (var exchanger in exchangers.Records)
        {
            // An empty one says that the domain takes no mail (RFC 7505).
            if (exchanger.Exchange.Length == 0)
            {
                continue;
            }

            if (evaluation.IsOverTime)
            {
                return Match.Failed(evaluation.Temporary("it took too long"));
            }

            // Void look-ups are counted by term (section 4.6.4): an exchanger without an IPv6 address is no mistake of the record.
            var match = await MatchAddressesAsync(evaluation, directive, exchanger.Exchange, false, cancellationToken).ConfigureAwait(false);
            if (match.Kind != MatchKind.No)
            {
                return match;
            }
        }

        return Match.No;
    }

    /// <summary>Section 5.7: any IPv4 address will do, whatever the sender's family.</summary>
    private async ValueTask<Match> MatchExistsAsync(SpfEvaluation evaluation, string name, CancellationToken cancellationToken)
    {
        var addresses = await resolver.QueryAAsync(name, cancellationToken).ConfigureAwait(false);
        return ErrorOf(evaluation, addresses, name, true) ?? Match.Of(addresses.Kind == DnsAnswerKind.Found);
    }

    /// <summary>Section 5.5: a look-up that fails is no match.</summary>
    private async ValueTask<Match> MatchNamesAsync(SpfEvaluation evaluation, string domain, CancellationToken cancellationToken)
    {
        var names = await resolver.QueryPtrAsync(evaluation.Address, cancellationToken).ConfigureAwait(false);
        evaluation.Note(names);
        if (!evaluation.CountVoid(names))
        {
            return Match.Failed(TooManyVoid(evaluation));
        }

        return Match.Of(await _names.IsWithinAsync(names, evaluation, domain, cancellationToken).ConfigureAwait(false));
    }

    /// <returns>Null: go on with the records, of which there may be none.</returns>
    private static Match? ErrorOf<T>(SpfEvaluation evaluation, DnsAnswer<T> answer, string name, bool countVoid)
    {
        evaluation.Note(answer);

        // A name that can't be asked for does not exist (section 4.8 leaves it open).
        if (answer is { Kind: DnsAnswerKind.Failed, Failure: not DnsFailure.BadName })
        {
            return Match.Failed(evaluation.Temporary($"a look-up of {name} failed"));
        }

        return countVoid && !evaluation.CountVoid(answer) ? Match.Failed(TooManyVoid(evaluation)) : null;
    }

    private static SpfResult TooManyVoid(SpfEvaluation evaluation) =>
        evaluation.Permanent($"more than {SpfEvaluation.MostVoidLookups} look-ups found nothing");
}
