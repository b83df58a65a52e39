using System.Threading.Channels;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// One of several loops that check and render claimed invitations and hand each to its lane's advancer. What waits for DNS is set aside and the
/// loop goes on; there are never more of those than credits, and checks wait for a moment only. Once claiming has stopped it hands
/// everything back unchecked. Ends when the worker has drained.
/// </summary>
internal sealed partial class Checker(ChannelReader<Work> checks, Preparer preparer, Func<Work, LaneLoops> lanes, TimeProvider time, DispatcherMetrics metrics, ILogger logger)
{
    // Guarded by its own lock: what waits for DNS is prepared beside the loop.
    private readonly Outage _disagreement = new(time);

    // Set when something set aside died of a bug: the loop must not outlive it.
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task RunAsync(CancellationToken stopIntake, CancellationToken stopped) =>
        await (await Task.WhenAny(LoopAsync(stopIntake, stopped), _died.Task).ConfigureAwait(false)).ConfigureAwait(false);

    private async Task LoopAsync(CancellationToken stopIntake, CancellationToken stopped)
    {
        await foreach (var work in checks.ReadAllAsync(stopped).ConfigureAwait(false))
        {
            var lane = lanes(work);
            var started = time.GetTimestamp();
            if (stopIntake.IsCancellationRequested)
            {
                work.Step = Step.Back(work.Key);
            }
            else
            {
                var preparing = PrepareAsync(work, lane.Lease.Permit, stopped);
                if (!preparing.IsCompletedSuccessfully)
                {
                    _ = FinishAsideAsync(preparing, work, lane, started, stopped);
                    continue;
                }
            }

            await HandOnAsync(work, lane, started, stopped).ConfigureAwait(false);
        }
    }

    private async Task FinishAsideAsync(ValueTask preparing, Work work, LaneLoops lane, long started, CancellationToken stopped)
    {
        try
        {
            await preparing.ConfigureAwait(false);
            await HandOnAsync(work, lane, started, stopped).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _died.TrySetException(e);
        }
    }

    private ValueTask HandOnAsync(Work work, LaneLoops lane, long started, CancellationToken stopped)
    {
        if (work is { Changes: > Preparer.MostChanges, Step.Kind: StepKind.Hold })
        {
            TellOfDisagreement(work);
        }

        metrics.StageTook(Stages.Check, time.GetElapsedTime(started));
        return lane.Advancer.StartAsync(work, stopped);
    }

    // The one catch-all of this stage: a message that trips over a bug of ours must not end the loop.
    private async ValueTask PrepareAsync(Work work, ISendPermit permit, CancellationToken stopped)
    {
        try
        {
            await preparer.PrepareAsync(work, permit, stopped).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBug(work.Key, e);
            work.Step = work.Decided(StepKind.Drop) with { Status = Status.InternalError, Detail = "checking or rendering failed on our side" };
        }
    }

    private void TellOfDisagreement(Work work)
    {
        lock (_disagreement)
        {
            if (!_disagreement.IsWorthTelling())
            {
                return;
            }
        }

        LogDisagreement(work.Key, work.Changes);
    }

    [LoggerMessage(LogLevel.Warning, "Record {Key}: refused by its lane at {Count} starts in a row; held for a second, as any like it")]
    private partial void LogDisagreement(string key, int count);

    [LoggerMessage(LogLevel.Error, "Record {Key}: checking or rendering failed")]
    private partial void LogBug(string key, Exception exception);
}
