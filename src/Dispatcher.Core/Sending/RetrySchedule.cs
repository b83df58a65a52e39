using Polly;
using Polly.Retry;

namespace Dispatcher.Core.Sending;

/// <summary>
/// When to try again: the stored schedule of minutes and hours between attempts. The waits are those of one Polly retry strategy, whose
/// generator is asked across attempts that lie hours and processes apart. Pure but for the random number; safe for concurrent calls.
/// </summary>
public sealed class RetrySchedule
{
    /// <summary>Longest wait that a peer may ask for: a typing error at its end must not park an invitation for ever.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    private static readonly TimeSpan MinRetryAfter = TimeSpan.FromSeconds(1);

    private readonly TimeSpan[] _schedule;
    private readonly TimeSpan _greylist;
    private readonly TimeSpan _maxAge;
    private readonly double _jitter;
    private readonly Func<double> _random;
    private readonly RetryStrategyOptions<DeliveryOutcome> _strategy;

    /// <param name="options">Valid ones.</param>
    /// <param name="random">Returns 0 (inclusive) to 1; called from any thread.</param>
    public RetrySchedule(RetryOptions options, Func<double> random)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Schedule.Count);
        _schedule = [.. options.Schedule];
        _greylist = options.Greylist;
        _maxAge = options.MaxAge;
        _jitter = options.Jitter;
        _random = random;
        _strategy = new RetryStrategyOptions<DeliveryOutcome>
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = arguments => ValueTask.FromResult(IsRetried(arguments.Outcome.Result)),
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Jittered(Delay(arguments.Outcome.Result, arguments.AttemptNumber))),
        };
    }

    /// <param name="outcome">
    /// <see cref="OutcomeKind.Deferred"/>, or <see cref="OutcomeKind.Uncertain"/>, which waits one first step. Others are not retried.
    /// </param>
    /// <param name="attempt">Attempts begun, this one included: 1 after the first.</param>
    /// <param name="age">Since the first attempt; as an approximation, since it was due.</param>
    /// <returns>How long to wait, above zero; null: give up.</returns>
    /// <exception cref="ArgumentException">The outcome is of a kind that is not retried: a bug of the caller.</exception>
    public TimeSpan? Next(DeliveryOutcome outcome, int attempt, TimeSpan age)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        if (!IsRetried(outcome))
        {
            throw new ArgumentException($"An outcome of kind {outcome.Kind} is not retried.", nameof(outcome));
        }

        return age >= _maxAge ? null : Ask(outcome, attempt);
    }

    /// <summary>The wait before jitter: never shorter for a later attempt.</summary>
    internal TimeSpan Delay(DeliveryOutcome outcome, int attempt) => outcome switch
    {
        { Kind: OutcomeKind.Uncertain } => _schedule[0],
        { RetryAfter: { } wait } => wait < MinRetryAfter ? MinRetryAfter : wait > MaxRetryAfter ? MaxRetryAfter : wait,
        { RetryClass: RetryClass.Greylisted } => attempt == 1 ? _greylist : Step(attempt - 1),
        _ => Step(attempt),
    };

    private static bool IsRetried(DeliveryOutcome outcome) => outcome.Kind is OutcomeKind.Deferred or OutcomeKind.Uncertain;

    private TimeSpan Step(int attempt) => _schedule[Math.Min(attempt, _schedule.Length) - 1];

    /// <summary>Only ever longer: a wait that the peer named, or that the RFC advises, is never undercut.</summary>
    private TimeSpan Jittered(TimeSpan delay) => delay * (1 + (_jitter * _random()));

    private TimeSpan? Ask(DeliveryOutcome outcome, int attempt)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            var asked = _strategy.DelayGenerator!(new(context, Outcome.FromResult(outcome), attempt));
            return asked.IsCompletedSuccessfully ? asked.Result : throw new InvalidOperationException("The delay generator must not wait.");
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
