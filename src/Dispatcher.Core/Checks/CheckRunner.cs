using Dispatcher.Core.Statuses;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Checks;

/// <summary>
/// Runs the checks in their order; the first that objects decides. Safe for concurrent calls; completes at once while the checks do.
/// </summary>
/// <param name="holds">Ends what is held too long. Null: nothing does.</param>
/// <remarks>A check that throws, or says nothing, ends the invitation as <c>internal-error</c>: a bug of ours is never a pass.</remarks>
public sealed partial class CheckRunner(IReadOnlyList<ICheck> checks, ILogger<CheckRunner> logger, HoldLimit? holds = null)
{
    private readonly ICheck[] _checks = [.. checks];

    /// <returns>Never <see cref="VerdictKind.Unset"/>.</returns>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> fired.</exception>
    public async ValueTask<CheckVerdict> RunAsync(CheckSubject subject, CancellationToken cancellationToken)
    {
        foreach (var check in _checks)
        {
            var verdict = await RunOneAsync(check, subject, cancellationToken).ConfigureAwait(false);
            if (verdict.Kind != VerdictKind.Pass)
            {
                return holds is null ? verdict : holds.Apply(verdict, subject);
            }
        }

        return CheckVerdict.Pass;
    }

    /// <summary>Nearly every check answers at once: then nothing is waited for.</summary>
    private ValueTask<CheckVerdict> RunOneAsync(ICheck check, CheckSubject subject, CancellationToken cancellationToken)
    {
        ValueTask<CheckVerdict> answer;
        try
        {
            answer = check.CheckAsync(subject, cancellationToken);
        }
        catch (Exception exception)
        {
            answer = ValueTask.FromException<CheckVerdict>(exception);
        }

        if (!answer.IsCompletedSuccessfully)
        {
            return JudgeAsync(check, answer, subject, cancellationToken);
        }

        var verdict = answer.Result;
        return verdict.Kind != VerdictKind.Unset ? new(verdict) : JudgeAsync(check, new(verdict), subject, cancellationToken);
    }

    private async ValueTask<CheckVerdict> JudgeAsync(ICheck check, ValueTask<CheckVerdict> answer, CheckSubject subject, CancellationToken cancellationToken)
    {
        try
        {
            var verdict = await answer.ConfigureAwait(false);
            if (verdict.Kind != VerdictKind.Unset)
            {
                return verdict;
            }

            LogUnset(check.Name, subject.Invitation.Tenant, subject.Invitation.Id);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            LogThrew(exception.GetType().Name, check.Name, subject.Invitation.Tenant, subject.Invitation.Id, exception.StackTrace);
        }

        return CheckVerdict.Drop(Status.InternalError, $"check {check.Name} failed");
    }
}
