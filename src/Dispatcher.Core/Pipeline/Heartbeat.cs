using Dispatcher.Core.Metrics;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Beats once a second for one lane until the worker has drained; each beat also gives back what dead workers held, and says whether
/// something is due before the next. When the engine says
/// that this worker holds more than it knows of, twice in a row, the strangers are given back: their claim's reply was lost.
/// </summary>
internal sealed partial class Heartbeat(ILane lane, Lease lease, LaneWork work, Signal dueSoon, DispatcherMetrics metrics, TimeProvider time, ILogger logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Outage _outage = new(time);
    private HashSet<string> _strangers = [];

    // By how much the lane's clock was ahead when that was told; zero: it is not.
    private TimeSpan _aheadTold;

    // Of Redis' clock and this host's, whichever is ahead.
    private TimeSpan _differenceTold;

    public async Task RunAsync(CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await BeatAsync(stopped).ConfigureAwait(false);
                if (_outage.Ended())
                {
                    LogBack(lane.Number);
                }
            }
            catch (StorageUnavailableException e)
            {
                if (_outage.IsWorthTelling())
                {
                    LogMissed(lane.Number, e.Message);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false));
    }

    private async Task BeatAsync(CancellationToken stopped)
    {
        BeatAnswer answer;
        do
        {
            var sentAt = time.GetTimestamp();
            answer = await lane.BeatAsync(stopped).ConfigureAwait(false);
            lease.Confirm(sentAt);
            if (answer.GivenBack + answer.Uncertain > 0)
            {
                LogReturned(lane.Number, answer.GivenBack, answer.Uncertain);
                metrics.UncertainSeen(answer.Uncertain);
            }

            if (answer.Poisoned > 0)
            {
                LogPoisoned(lane.Number, answer.Poisoned);
            }
        }
        while (answer.More);

        LookAtClock(answer.ClockAhead);
        CompareClocks(answer.AheadOfHost);
        if (answer.NextDue <= Interval)
        {
            dueSoon.Set();
        }

        if (answer.Held <= work.Count && _strangers.Count == 0)
        {
            return;
        }

        await ReturnStrangersAsync(stopped).ConfigureAwait(false);
    }

    /// <summary>Told when it begins, when it becomes worse, and when it is over.</summary>
    private void LookAtClock(TimeSpan ahead)
    {
        if (ahead > _aheadTold + BeatAnswer.MuchAhead)
        {
            _aheadTold = ahead;
            LogClockAhead(lane.Number, ahead);
        }
        else if (ahead == TimeSpan.Zero && _aheadTold > TimeSpan.Zero)
        {
            _aheadTold = TimeSpan.Zero;
            LogClockRight(lane.Number);
        }
    }

    /// <summary>The same; over when half of what is worth telling is left, for two hosts are never quite alike.</summary>
    private void CompareClocks(TimeSpan ahead)
    {
        var difference = ahead.Duration();
        if (difference > _differenceTold + BeatAnswer.MuchAhead)
        {
            _differenceTold = difference;
            LogClocksDiffer(lane.Number, difference, ahead > TimeSpan.Zero ? "ahead of" : "behind");
        }
        else if (difference < BeatAnswer.MuchAhead / 2 && _differenceTold > TimeSpan.Zero)
        {
            _differenceTold = TimeSpan.Zero;
            LogClocksAgree(lane.Number);
        }
    }

    private async Task ReturnStrangersAsync(CancellationToken stopped)
    {
        var held = await lane.HeldAsync(stopped).ConfigureAwait(false);
        var unknown = held.Where(key => !work.Knows(key)).ToHashSet(StringComparer.Ordinal);
        var twice = unknown.Where(_strangers.Contains).ToList();
        _strangers = unknown;
        if (twice.Count == 0)
        {
            return;
        }

        await lane.GiveBackAsync(twice, stopped).ConfigureAwait(false);
        LogStrangers(lane.Number, twice.Count);
    }

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: heartbeat missed: {Reason}")]
    private partial void LogMissed(int lane, string reason);

    [LoggerMessage(LogLevel.Information, "Lane {Lane}: heartbeats are confirmed again")]
    private partial void LogBack(int lane);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: gave back {GivenBack} invitations of dead workers; {Uncertain} attempts are uncertain")]
    private partial void LogReturned(int lane, int givenBack, int uncertain);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: Redis' clock was set back by {Ahead}: the lane's goes on a tenth slower until it has caught up; see 'dispatcher doctor'")]
    private partial void LogClockAhead(int lane, TimeSpan ahead);

    [LoggerMessage(LogLevel.Information, "Lane {Lane}: Redis' clock has caught up with the lane's")]
    private partial void LogClockRight(int lane);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: Redis' clock is {Difference} {Way} this host's: what is scheduled goes by Redis'; see 'dispatcher doctor'")]
    private partial void LogClocksDiffer(int lane, TimeSpan difference, string way);

    [LoggerMessage(LogLevel.Information, "Lane {Lane}: Redis' clock and this host's agree again")]
    private partial void LogClocksAgree(int lane);

    [LoggerMessage(LogLevel.Error, "Lane {Lane}: set aside {Count} invitations whose workers died again and again; see history list --status internal-error")]
    private partial void LogPoisoned(int lane, int count);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: gave back {Count} invitations whose claim's reply was lost")]
    private partial void LogStrangers(int lane, int count);
}
