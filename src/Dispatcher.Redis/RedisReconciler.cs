using Dispatcher.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis;

/// <summary>
/// Compares a lane's places and counters with its records and puts right what a lost write, a restored backup, or a hand in Redis left wrong.
/// Nothing else makes them differ: every script changes record, place and counter in one step. Works in small steps, with as much time
/// between two as a step took, so that Redis stays free. Safe beside anything that runs, another pass included.
/// </summary>
public sealed partial class RedisReconciler(
    RedisConnection redis, QueueLanes lanes, IOptions<QueueOptions> options, TimeProvider time, ILogger<RedisReconciler> logger)
{
    private readonly TimeSpan _interval = options.Value.ReconcileInterval;

    /// <summary>Looks, and changes nothing: Redis itself refuses this script every write.</summary>
    /// <param name="looked">Told how many keys each step has looked at; null: nobody asks.</param>
    public Task<ReconcileReport> LookAsync(LaneKeys lane, Action<long>? looked, CancellationToken cancellationToken) =>
        new ReconcilePass(redis, lane, repair: false, _interval, looked, time).RunAsync(cancellationToken);

    /// <summary>Looks and puts right; a line in the log says how much.</summary>
    /// <param name="looked">As of <see cref="LookAsync"/>.</param>
    public async Task<ReconcileReport> RepairAsync(LaneKeys lane, Action<long>? looked, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var report = await new ReconcilePass(redis, lane, repair: true, _interval, looked, time).RunAsync(cancellationToken).ConfigureAwait(false);
        if (report.Faults > 0)
        {
            LogRepaired(lane.Number, report.Looked, report.Queue, report.Later, report.Held, report.Strays, report.Flows, report.Counters, report.Ended, report.Order);
        }

        if (report.Unreadable > 0)
        {
            LogUnreadable(lane.Number, report.Unreadable, string.Join(", ", report.UnreadableKeys));
        }

        return report;
    }

    /// <summary>True: it is this process' turn to repair a lane, and nobody else's for one <c>Queue:ReconcileInterval</c>.</summary>
    public Task<bool> TakeTurnAsync(LaneKeys lane, CancellationToken cancellationToken) =>
        redis.TakeTurnAsync(lane.ReconcileTurn, _interval, cancellationToken);

    [LoggerMessage(
        LogLevel.Warning,
        "Lane {Lane} was out of order; put right after a look at {Looked} keys: {Queue} not in their queue, {Later} without due time, {Held} held by nobody, {Strays} stray entries, {Flows} flows, {Counters} counters, {Ended} that nobody would have forgotten, {Order} that no filter would have met")]
    private partial void LogRepaired(int lane, long looked, long queue, long later, long held, long strays, long flows, long counters, long ended, long order);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: the state of {Count} invitations can't be read, and nobody sends them: {Keys}; see 'dispatcher doctor'")]
    private partial void LogUnreadable(int lane, long count, string keys);
}
