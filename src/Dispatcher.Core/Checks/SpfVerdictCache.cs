using Dispatcher.Core.Spf;

namespace Dispatcher.Core.Checks;

/// <summary>SPF verdicts by sender address: a record may depend on the part before the @.</summary>
internal sealed class SpfVerdictCache(ISpfEvaluator evaluator, SpfRule rule, int mostWaiting, TimeProvider time) : VerdictCache(
    (sender, cancellationToken) => SpfCheck.DecideAsync(evaluator, rule, sender, cancellationToken),
    "SPF of the sender's domain is being looked up",
    mostWaiting,
    time);
