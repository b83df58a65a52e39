using System.Threading.Channels;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Claims fair batches of one lane for as long as there is room: takes credits, claims that many at most, hands them to the checkers. Woken
/// by credits coming back, by new work, or once a second. Ends when claiming stops.
/// </summary>
internal sealed partial class Claimer(
    ILane lane,
    Credits credits,
    LaneWork work,
    ChannelWriter<Work> checks,
    int batch,
    TimeProvider time,
    DispatcherMetrics metrics,
    ILogger logger)
{
    private static readonly TimeSpan IdlePoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(CancellationToken stopIntake)
    {
        var outage = new Outage(time);
        long call = 1;
        while (true)
        {
            var room = await credits.TakeAsync(batch, stopIntake).ConfigureAwait(false);
            var used = 0;
            try
            {
                var started = time.GetTimestamp();
                // Not cancelled: a claim that the engine made and nobody heard of would wait for the lease to end.
                var claimed = (await lane.ClaimAsync(call, room, CancellationToken.None).ConfigureAwait(false)).Entries;
                call++;
                outage.Ended();
                metrics.StageTook(Stages.Claim, time.GetElapsedTime(started));
                used = await HandOnAsync(claimed).ConfigureAwait(false);
                if (claimed.Count < room)
                {
                    credits.Return(room - used);
                    room = used;
                    if (claimed.Count == 0)
                    {
                        await lane.WaitForWorkAsync(IdlePoll, stopIntake).ConfigureAwait(false);
                    }
                }
            }
            catch (StorageUnavailableException e)
            {
                // The call number stays: should the claim have happened, the next call gets what it claimed.
                if (outage.IsWorthTelling())
                {
                    LogFailed(lane.Number, e.Message);
                }

                await Task.Delay(AfterFailure, time, stopIntake).ConfigureAwait(false);
            }
            finally
            {
                credits.Return(room - used);
            }
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
