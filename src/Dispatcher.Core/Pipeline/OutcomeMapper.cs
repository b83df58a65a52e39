using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Pipeline;

/// <summary>What an attempt's outcome means for the invitation: the step to record.</summary>
public sealed class OutcomeMapper(RetrySchedule retries, ITenantDirectory tenants, TimeProvider time)
{
    /// <exception cref="InvalidOperationException">The outcome is unset: a bug in the transport.</exception>
    public Step Map(Work work, DeliveryOutcome outcome)
    {
        var step = new Step { Kind = StepKind.Done, Key = work.Key, Attempt = work.Attempt, Reply = outcome.Text };
        return outcome.Kind switch
        {
            OutcomeKind.Delivered => step with { Status = Status.Delivered, AcceptedBy = outcome.AcceptedBy ?? "unknown" },
            OutcomeKind.Rejected => step with
            {
                Status = outcome.Status == Status.Unset ? Status.Rejected : outcome.Status,
                Detail = outcome.Reason ?? outcome.EnhancedCode,
                Suppress = outcome.Hard ? TimeSpan.FromDays(tenants.Get(work.Claimed.Tenant).Suppression.HardBounceDays) : null,
            },
            OutcomeKind.Deferred => Defer(step, work, outcome),
            OutcomeKind.Uncertain => step with { Kind = StepKind.Unsure },
            OutcomeKind.Interrupted => step with { Kind = StepKind.Interrupt },
            _ => throw new InvalidOperationException("an attempt ended without an outcome"),
        };
    }

    private Step Defer(Step step, Work work, DeliveryOutcome outcome)
    {
        var age = work.Claimed.FirstAttempt is { } first ? time.GetUtcNow() - first : TimeSpan.Zero;
        return retries.Next(outcome, work.Attempt, age, tenants.Get(work.Claimed.Tenant).Retry) is { } delay
            ? step with { Kind = StepKind.Defer, Delay = delay, Uncounted = outcome.Uncounted, Detail = outcome.Reason ?? outcome.EnhancedCode }
            : step with
            {
                Uncounted = outcome.Uncounted,
                Status = outcome.Status == Status.Unset ? Status.RecipientServerProblem : outcome.Status,
                Detail = outcome.Status == Status.InternalError ? "no relay took it until the last retry" : "still deferred after the last retry",
            };
    }
}
