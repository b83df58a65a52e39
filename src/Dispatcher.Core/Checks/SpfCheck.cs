using System.Net;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>
/// A custom sender address must be one that its domain lets us send for: each of our sending addresses must pass SPF. Answers at once from a cache; what is
/// not in it is looked up once, and waited for by a few invitations for a moment only, while the others come back later: DNS that is slow
/// delays the invitations that need it and no other.
/// </summary>
public sealed class SpfCheck : ICheck
{
    private readonly SpfVerdictCache? _verdicts;

    /// <param name="verdicts">Null: no sending addresses are set, and nothing is checked.</param>
    internal SpfCheck(SpfVerdictCache? verdicts) => _verdicts = verdicts;

    public string Name => "sender-spf";

    public ValueTask<CheckVerdict> CheckAsync(CheckSubject subject, CancellationToken cancellationToken) =>
        _verdicts is null || subject.Invitation.Channel != Channel.Email || SenderOf.Email(subject) is not { } sender
            ? ValueTask.FromResult(CheckVerdict.Pass)
            : _verdicts.GetAsync(sender, cancellationToken);

    /// <summary>What the evaluations for all our addresses mean together.</summary>
    internal static async Task<(CheckVerdict Verdict, TimeSpan TimeToLive)> DecideAsync(
        ISpfEvaluator evaluator, SpfRule rule, string sender, CancellationToken cancellationToken)
    {
        var (held, timeToLive) = (CheckVerdict.Pass, TimeSpan.MaxValue);
        foreach (var address in rule.Addresses)
        {
            var verdict = await evaluator.CheckHostAsync(new SpfRequest(address, sender, rule.EhloName), cancellationToken).ConfigureAwait(false);
            timeToLive = verdict.TimeToLive < timeToLive ? verdict.TimeToLive : timeToLive;
            switch (verdict.Result)
            {
                case SpfResult.Pass:
                    break;
                case SpfResult.TempError:
                    // Another address may yet be refused for good.
                    var why = await RemedyAsync(evaluator, rule, verdict, address, cancellationToken).ConfigureAwait(false);
                    held = CheckVerdict.Hold(SpfRule.AfterTemporaryError, why, endsAs: Status.SpfError);
                    break;
                default:
                    var remedy = await RemedyAsync(evaluator, rule, verdict, address, cancellationToken).ConfigureAwait(false);
                    return (CheckVerdict.Drop(Status.SpfError, $"{SpfResultText.Of(verdict.Result)}: {remedy}"), verdict.TimeToLive);
            }
        }

        return (held, timeToLive);
    }

    private static async ValueTask<string> RemedyAsync(
        ISpfEvaluator evaluator, SpfRule rule, SpfVerdict verdict, IPAddress address, CancellationToken cancellationToken)
    {
        var includeAt = rule.Include is { } include && verdict.Record is not null
            ? await evaluator.FindIncludeAsync(verdict.Domain, include, cancellationToken).ConfigureAwait(false)
            : null;
        return SpfRemedy.For(verdict, address, rule.Include, includeAt) ?? "";
    }
}
