using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis;

/// <summary>
/// Does what nobody waits for. Wakes each second: takes away records that have been kept long enough, and now and then makes a step of
/// whatever cancel or edit by filter is in force and carries it on when its caller has left it; from time to time it is its turn to reconcile
/// a lane, or to tidy the door. Also looks whether the data is still of as many lanes as this process has. A failure is left for the next time. Ends when
/// the host stops.
/// </summary>
public sealed partial class RedisHousekeeper(
    QueueLanes lanes,
    RuleKeeper rules,
    RecordKeeper records,
    RedisReconciler reconciler,
    DoorKeeper door,
    IOptions<QueueOptions> options,
    TimeProvider time,
    ILogger<RedisHousekeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RuleInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AgreeInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DoorInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _interval = options.Value.ReconcileInterval;
    private readonly TimeSpan _retention = options.Value.FinalRetention;
    private readonly Dictionary<int, DateTimeOffset> _rulesAt = []; // by lane; the loop's own
    private readonly Dictionary<int, DateTimeOffset> _forgetAt = [];
    private readonly Outage _outage = new(time);
    private bool _failed; // something of this turn

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        // A turn belongs to one worker; the others ask now and then, so that its end is soon followed by the next.
        var turns = new Due(time, Between(Tick, _interval / 10, LongestRest));
        var doors = new Due(time, DoorInterval);
        var agreements = new Due(time, AgreeInterval);
        while (await WaitAsync(timer, stoppingToken).ConfigureAwait(false))
        {
            try
            {
                _failed = false;
                await TurnAsync(turns, doors, agreements, stoppingToken).ConfigureAwait(false);
                if (!_failed)
                {
                    _outage.Ended();
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }
    }

    private async Task TurnAsync(Due turns, Due doors, Due agreements, CancellationToken cancellationToken)
    {
        var again = agreements.IsNow();
        if (!await TryAsync(() => again ? lanes.AgreeAgainAsync(cancellationToken) : lanes.EnsureAgreedAsync(cancellationToken).AsTask()).ConfigureAwait(false))
        {
            return;
        }

        foreach (var lane in lanes.All)
        {
            await TryAsync(() => CarryOnAsync(lane, cancellationToken)).ConfigureAwait(false);
            await TryAsync(() => ForgetAsync(lane, cancellationToken)).ConfigureAwait(false);
        }

        if (doors.IsNow())
        {
            await TryAsync(() => TidyDoorAsync(cancellationToken)).ConfigureAwait(false);
        }

        foreach (var lane in turns.IsNow() ? lanes.All : [])
        {
            await TryAsync(() => ReconcileAsync(lane, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>What fails does not keep the rest from being done.</summary>
    private async Task<bool> TryAsync(Func<Task> job)
    {
        try
        {
            await job().ConfigureAwait(false);
            return true;
        }
        catch (StorageUnavailableException e)
        {
            _failed = true;
            if (_outage.IsWorthTelling())
            {
                LogUnavailable(e.Message);
            }

            return false;
        }
    }

    private async Task TidyDoorAsync(CancellationToken cancellationToken)
    {
        if (await door.TidyAsync(cancellationToken).ConfigureAwait(false) is var gone and > 0)
        {
            LogConsumers(gone);
        }
    }

    private async Task ReconcileAsync(LaneKeys lane, CancellationToken cancellationToken)
    {
        if (await reconciler.TakeTurnAsync(lane, cancellationToken).ConfigureAwait(false))
        {
            await reconciler.RepairAsync(lane, looked: null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CarryOnAsync(LaneKeys lane, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _rulesAt.GetValueOrDefault(lane.Number))
        {
            return;
        }

        var inForce = await rules.CarryOnAsync(lane, cancellationToken).ConfigureAwait(false);
        _rulesAt[lane.Number] = time.GetUtcNow() + (inForce ? TimeSpan.Zero : RuleInterval);
    }

    private async Task ForgetAsync(LaneKeys lane, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _forgetAt.GetValueOrDefault(lane.Number))
        {
            return;
        }

        // What ends from now on is kept for the whole retention.
        var next = await records.ForgetAsync(lane, cancellationToken).ConfigureAwait(false) ?? _retention;
        _forgetAt[lane.Number] = time.GetUtcNow() + (next < LongestRest ? next : LongestRest);
    }

    private static TimeSpan Between(TimeSpan least, TimeSpan span, TimeSpan most) => span < least ? least : span > most ? most : span;

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Housekeeping waits: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Information, "Consumers of workers that are gone were taken from the door's group: {Count}")]
    private partial void LogConsumers(int count);

    /// <summary>What comes again after a while; also after a failure, which is not made up for.</summary>
    private sealed class Due(TimeProvider time, TimeSpan interval)
    {
        private long _last = time.GetTimestamp();

        public bool IsNow()
        {
            // A tick comes a little early or late.
            if (time.GetElapsedTime(_last) < interval - (Tick / 2))
            {
                return false;
            }

            _last = time.GetTimestamp();
            return true;
        }
    }
}
