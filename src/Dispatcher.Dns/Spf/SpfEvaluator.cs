using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>Evaluates SPF records by way of the resolver, in the order and within the limits of RFC 7208. Holds nothing itself: the answers are cached.</summary>
/// <param name="receiver">Who checks: macro <c>r</c>.</param>
internal sealed class SpfEvaluator(IDnsResolver resolver, TimeProvider time, string receiver) : ISpfEvaluator
{
    private readonly SpfRecordSource _records = new(resolver);
    private readonly MechanismMatcher _mechanisms = new(resolver);
    private readonly NameValidator _names = new(resolver);

    public async ValueTask<SpfVerdict> CheckHostAsync(SpfRequest request, CancellationToken cancellationToken)
    {
        var evaluation = new SpfEvaluation(request, receiver, time);
        var own = await _records.FindAsync(evaluation, evaluation.Domain, cancellationToken).ConfigureAwait(false);
        var outcome = await EvaluateAsync(evaluation, evaluation.Domain, own, cancellationToken).ConfigureAwait(false);
        var explanation = outcome is { Result: SpfResult.Fail, Record.Explanation: { } target }
            ? await ExplainAsync(evaluation, outcome.Domain, target, cancellationToken).ConfigureAwait(false)
            : null;
        return new SpfVerdict
        {
            Result = outcome.Result,
            Explanation = explanation,
            Domain = evaluation.Domain,
            Record = own.Text,
            Mechanism = outcome.Term,
            DecidedBy = outcome.Term is null ? null : outcome.Domain,
            Problem = evaluation.Problem,
            Lookups = evaluation.Lookups,
            VoidLookups = evaluation.VoidLookups,
            TimeToLive = evaluation.TimeToLive == TimeSpan.MaxValue ? TtlBounds.Failure : evaluation.TimeToLive,
        };
    }

    public ValueTask<int?> FindIncludeAsync(string domain, string include, CancellationToken cancellationToken) =>
        new IncludeFinder(_records, time).FindAsync(domain, include, cancellationToken);

    /// <summary><c>check_host()</c>, section 4, for a domain whose record was looked for.</summary>
    private async ValueTask<SpfOutcome> EvaluateAsync(
        SpfEvaluation evaluation, string domain, FoundRecord found, CancellationToken cancellationToken)
    {
        if (found.Record is not { } record)
        {
            return new(found.Result, domain);
        }

        // Section 4.6.2: the mechanisms in their order; the first that matches decides.
        foreach (var directive in record.Directives)
        {
            var match = directive.Kind == MechanismKind.Include
                ? await IncludeAsync(evaluation, domain, directive, cancellationToken).ConfigureAwait(false)
                : await _mechanisms.MatchAsync(evaluation, domain, directive, cancellationToken).ConfigureAwait(false);
            if (match.Kind != MatchKind.No)
            {
                return new(match.Kind == MatchKind.Yes ? directive.OnMatch : match.Error, domain, directive.Text, record);
            }
        }

        return record.Redirect is { } redirect
            ? await RedirectAsync(evaluation, domain, redirect, record, cancellationToken).ConfigureAwait(false)
            : new(SpfResult.Neutral, domain, null, record);
    }

    /// <summary>Section 5.2: another record's pass is a match, and its errors are ours.</summary>
    private async ValueTask<Match> IncludeAsync(
        SpfEvaluation evaluation, string domain, SpfDirective directive, CancellationToken cancellationToken)
    {
        if (!evaluation.CountLookup())
        {
            return Match.Failed(MechanismMatcher.TooMany(evaluation));
        }

        var target = await _mechanisms.TargetAsync(evaluation, domain, directive.Domain, cancellationToken).ConfigureAwait(false);
        var found = await _records.FindAsync(evaluation, target, cancellationToken).ConfigureAwait(false);
        var outcome = await EvaluateAsync(evaluation, target, found, cancellationToken).ConfigureAwait(false);
        return outcome.Result switch
        {
            SpfResult.Pass => Match.Yes,
            SpfResult.TempError or SpfResult.PermError => Match.Failed(outcome.Result),
            SpfResult.None => Match.Failed(evaluation.Permanent($"'{directive.Text}' leads to a domain without an SPF record")),
            _ => Match.No,
        };
    }

    /// <summary>Section 6.1: another record in place of this one, its <c>exp</c> included.</summary>
    private async ValueTask<SpfOutcome> RedirectAsync(
        SpfEvaluation evaluation, string domain, MacroString redirect, SpfRecord record, CancellationToken cancellationToken)
    {
        if (!evaluation.CountLookup())
        {
            return new(MechanismMatcher.TooMany(evaluation), domain, null, record);
        }

        var target = await _mechanisms.TargetAsync(evaluation, domain, redirect, cancellationToken).ConfigureAwait(false);
        var found = await _records.FindAsync(evaluation, target, cancellationToken).ConfigureAwait(false);
        var outcome = await EvaluateAsync(evaluation, target, found, cancellationToken).ConfigureAwait(false);
        return outcome.Result == SpfResult.None
            ? outcome with { Result = evaluation.Permanent($"'redirect={target}' leads to a domain without an SPF record") }
            : outcome;
    }

    /// <summary>Section 6.2: whatever is wrong with an explanation, it is as if there were none.</summary>
    private async ValueTask<string?> ExplainAsync(
        SpfEvaluation evaluation, string domain, MacroString target, CancellationToken cancellationToken)
    {
        var name = await _mechanisms.TargetAsync(evaluation, domain, target, cancellationToken).ConfigureAwait(false);
        if (evaluation.IsOverTime)
        {
            return null;
        }

        var answer = await resolver.QueryTxtAsync(name, cancellationToken).ConfigureAwait(false);
        if (answer.Records is not [var text] || MacroString.ParseExplanation(text, out _) is not { } explanation)
        {
            return null;
        }

        evaluation.Note(answer);
        var validated = MacroExpander.UsesValidatedName(explanation)
            ? await _names.FindAsync(evaluation, domain, cancellationToken).ConfigureAwait(false)
            : NameValidator.Unknown;
        return MacroExpander.Expand(explanation, evaluation, domain, validated);
    }
}
