using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>Finds and parses the SPF record of a domain (RFC 7208 sections 4.3 to 4.6).</summary>
internal sealed class SpfRecordSource(IDnsResolver resolver)
{
    public async ValueTask<FoundRecord> FindAsync(SpfEvaluation evaluation, string domain, CancellationToken cancellationToken)
    {
        // Section 4.3: an address literal or a single label is nothing to ask for.
        if (domain is ['[', ..] || domain.AsSpan().TrimEnd('.').IndexOf('.') < 0)
        {
            return new(null, SpfResult.None, null);
        }

        if (evaluation.IsOverTime)
        {
            return new(null, evaluation.Temporary("it took too long"), null);
        }

        var answer = await resolver.QueryTxtAsync(domain, cancellationToken).ConfigureAwait(false);
        evaluation.Note(answer);
        return answer switch
        {
            { Kind: DnsAnswerKind.Found } => Select(evaluation, domain, answer),
            { Kind: DnsAnswerKind.Failed, Failure: not DnsFailure.BadName } =>
                new(null, evaluation.Temporary($"the look-up of TXT records of {domain} failed"), null),
            _ => new(null, SpfResult.None, null),
        };
    }

    /// <summary>Section 4.5: exactly one.</summary>
    private static FoundRecord Select(SpfEvaluation evaluation, string domain, DnsAnswer<string> answer)
    {
        string? only = null;
        foreach (var text in answer.Records)
        {
            if (!SpfRecord.IsOne(text))
            {
                continue;
            }

            if (only is not null)
            {
                return new(null, evaluation.Permanent($"{domain} has more than one SPF record"), null);
            }

            only = text;
        }

        return only is null ? new(null, SpfResult.None, null)
            : SpfRecord.Parse(only, out var fault) is { } record ? new(record, SpfResult.Unset, only)
            : new(null, evaluation.Permanent($"the SPF record of {domain} has a mistake: {fault}"), only);
    }
}
