using Dispatcher.Core.Tenants;
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

    /// <summary>Attempts after which a wait that the peer names is only ever longer than the schedule's: one that says "in a second" each time would
    /// be asked each second, for days.</summary>
    private const int Believed = 3;

    private static readonly TimeSpan MinRetryAfter = TimeSpan.FromSeconds(1);

    private static readonly ResiliencePropertyKey<TimeSpan[]> ScheduleKey = new("schedule");

    private readonly TimeSpan[] _schedule;
    private readonly TimeSpan[][] _firstSteps; // by retry class
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
        _firstSteps = FirstSteps(options);
        _maxAge = options.MaxAge;
        _jitter = options.Jitter;
        _random = random;
        _strategy = new RetryStrategyOptions<DeliveryOutcome>
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = arguments => ValueTask.FromResult(IsRetried(arguments.Outcome.Result)),
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                Jittered(Delay(arguments.Outcome.Result, arguments.AttemptNumber, arguments.Context.Properties.GetValue(ScheduleKey, _schedule)))),
        };
    }

    /// <param name="outcome">
    /// <see cref="OutcomeKind.Deferred"/>, or <see cref="OutcomeKind.Uncertain"/>, which waits one first step. Others are not retried.
    /// </param>
    /// <param name="attempt">Attempts begun, this one included: 1 after the first.</param>
    /// <param name="age">Since the first attempt; as an approximation, since it was due.</param>
    /// <param name="own">What the tenant has set instead. Null: nothing.</param>
    /// <returns>How long to wait, above zero; null: give up.</returns>
    /// <exception cref="ArgumentException">The outcome is of a kind that is not retried: a bug of the caller.</exception>
    public TimeSpan? Next(DeliveryOutcome outcome, int attempt, TimeSpan age, TenantRetry? own = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        if (!IsRetried(outcome))
        {
            throw new ArgumentException($"An outcome of kind {outcome.Kind} is not retried.", nameof(outcome));
        }

        return age >= (own?.MaxAge ?? _maxAge) ? null : Ask(outcome, attempt, ScheduleOf(outcome, own));
    }

    /// <summary>The wait before jitter: never shorter for a later attempt.</summary>
    internal TimeSpan Delay(DeliveryOutcome outcome, int attempt) => Delay(outcome, attempt, _schedule);

    /// <summary>A provider's rule goes before a tenant's wish: it protects everybody's mail there.</summary>
    private TimeSpan[] ScheduleOf(DeliveryOutcome outcome, TenantRetry? own) =>
        outcome.Schedule is { Count: > 0 } rule ? [.. rule] : own is { Schedule.Count: > 0 } ? [.. own.Schedule] : _schedule;

    private TimeSpan Delay(DeliveryOutcome outcome, int attempt, TimeSpan[] schedule) => outcome switch
    {
        { Kind: OutcomeKind.Uncertain } => schedule[0],
        { RetryAfter: { } wait } when outcome.Uncounted || attempt <= Believed => Within(wait, MinRetryAfter, MaxRetryAfter),
        { RetryAfter: { } wait } => Within(wait, Step(_firstSteps[(int)outcome.RetryClass], attempt - Believed, schedule), MaxRetryAfter),
        _ => Step(_firstSteps[(int)outcome.RetryClass], attempt, schedule),
    };

    private static TimeSpan Within(TimeSpan wait, TimeSpan least, TimeSpan most) => wait < least ? least : wait > most ? most : wait;

    private static TimeSpan[][] FirstSteps(RetryOptions options)
    {
        var steps = new TimeSpan[Enum.GetValues<RetryClass>().Length][];
        steps[(int)RetryClass.Ordinary] = [];
        steps[(int)RetryClass.Greylisted] = [options.Greylist];
        steps[(int)RetryClass.RateLimited] = [.. options.RateLimited];
        steps[(int)RetryClass.MailboxFull] = [.. options.MailboxFull];
        steps[(int)RetryClass.ServerTrouble] = [.. options.ServerTrouble];
        return steps;
    }

    /// <summary>
    /// The class's own steps, then the schedule from its beginning, yet never shorter than before. Nothing is longer than the schedule's
    /// longest step: who sets a short schedule wants an early end.
    /// </summary>
    private static TimeSpan Step(TimeSpan[] first, int attempt, TimeSpan[] schedule)
    {
        var own = first.Length == 0 ? TimeSpan.Zero : first[Math.Min(attempt, first.Length) - 1];
        var ordinary = attempt <= first.Length ? TimeSpan.Zero : schedule[Math.Min(attempt - first.Length, schedule.Length) - 1];
        var longest = schedule[^1];
        return own > longest ? longest : own > ordinary ? own : ordinary;
    }

    private static bool IsRetried(DeliveryOutcome outcome) => outcome.Kind is OutcomeKind.Deferred or OutcomeKind.Uncertain;

    /// <summary>Only ever longer: a wait that the peer named, or that the RFC advises, is never undercut.</summary>
    private TimeSpan Jittered(TimeSpan delay) => delay * (1 + (_jitter * _random()));

    private TimeSpan? Ask(DeliveryOutcome outcome, int attempt, TimeSpan[] schedule)
    {
        var context = ResilienceContextPool.Shared.Get();
        context.Properties.Set(ScheduleKey, schedule);
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
