using System.Threading.Channels;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Claims fair batches of one lane for as long as there is room: takes its share of the credits, claims that many at most, hands them to the
/// checkers. Woken by credits coming back, by new work, when limited work may be claimed, or by a heartbeat that saw work. Ends when claiming stops.
/// </summary>
internal sealed partial class Claimer(
    ILane lane,
    Credits credits,
    LaneShares shares,
    LaneWork work,
    ChannelWriter<Work> checks,
    int batch,
    Func<int> round,
    TimeProvider time,
    DispatcherMetrics metrics,
    ILogger logger)
{
    private static readonly TimeSpan IdlePoll = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(CancellationToken stopIntake)
    {
        var outage = new Outage(time);
        long call = 1;
        while (true)
        {
            var room = await shares.TakeAsync(lane.Number, batch, stopIntake).ConfigureAwait(false);
            TimeSpan? pause;
            try
            {
                var started = time.GetTimestamp();
                // Not cancelled: a claim that the engine made and nobody heard of would wait for the lease to end.
                var claimed = await lane.ClaimAsync(call, room, round(), CancellationToken.None).ConfigureAwait(false);
                call++;
                outage.Ended();
                metrics.StageTook(Stages.Claim, time.GetElapsedTime(started));
                shares.Claimed(lane.Number, claimed.Entries.Count, claimed.ActiveWeight);
                var used = await HandOnAsync(claimed.Entries).ConfigureAwait(false);
                credits.Return(room - used);
                pause = claimed.Entries.Count < room ? claimed.Next ?? IdlePoll : null;
            }
            catch (StorageUnavailableException e)
            {
                // The call number stays: should the claim have happened, the next call gets what it claimed.
                credits.Return(room);
                if (outage.IsWorthTelling())
                {
                    LogFailed(lane.Number, e.Message);
                }

                await Task.Delay(AfterFailure, time, stopIntake).ConfigureAwait(false);
                continue;
            }

            if (pause > TimeSpan.Zero)
            {
                await WaitAsync(pause.Value < IdlePoll ? pause.Value : IdlePoll, stopIntake).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask WaitAsync(TimeSpan longest, CancellationToken stopIntake)
    {
        try
        {
            await lane.WaitForWorkAsync(longest, stopIntake).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // The next claim says so, and waits.
        }
    }

    private async Task<int> HandOnAsync(IReadOnlyList<ClaimedInvitation> claimed)
    {
        var used = 0;
        foreach (var invitation in claimed)
        {
            var item = new Work(lane, invitation, time.GetTimestamp());
            if (work.Add(item))
            {
                used++;
                // Not cancelled: what was claimed is in this worker's hands, and the stages behind hand it back.
                await checks.WriteAsync(item, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return used;
    }

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: nothing claimed: {Reason}")]
    private partial void LogFailed(int lane, string reason);
}
