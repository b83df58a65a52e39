namespace Dispatcher.Redis;

/// <summary>
/// Carries on the cancels and edits by filter that their callers have left. Every worker makes a step now and then, which costs next to nothing
/// while there is no rule; one at a time makes more, with pauses as long as its steps.
/// </summary>
public sealed class RuleKeeper(RedisConnection redis, FilterSweep sweep, TimeProvider time)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AtATime = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(1);

    /// <returns>Whether a rule is in force.</returns>
    public async Task<bool> CarryOnAsync(LaneKeys lane, CancellationToken cancellationToken)
    {
        if (!await StepAsync(lane, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (!await redis.TakeTurnAsync(lane.SweepTurn, Turn, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < AtATime && await StepAsync(lane, cancellationToken).ConfigureAwait(false))
        {
        }

        // After a failure the turn ends by itself, a little later.
        await redis.CallAsync(d => d.KeyDeleteAsync(lane.SweepTurn), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> StepAsync(LaneKeys lane, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (!await sweep.StepAsync(lane, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var took = time.GetElapsedTime(started);
        await Task.Delay(took > LeastPause ? took : LeastPause, time, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
