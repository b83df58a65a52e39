using System.Threading.Channels;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// One of several loops that check and render claimed invitations and hand each to its lane's advancer. Once claiming has stopped it hands
/// everything back unchecked. Ends when the worker has drained.
/// </summary>
internal sealed partial class Checker(ChannelReader<Work> checks, Preparer preparer, Func<Work, LaneLoops> lanes, TimeProvider time, DispatcherMetrics metrics, ILogger logger)
{
    public async Task RunAsync(CancellationToken stopIntake, CancellationToken stopped)
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
                await PrepareAsync(work, lane.Lease, stopped).ConfigureAwait(false);
            }

            metrics.StageTook(Stages.Check, time.GetElapsedTime(started));
            await lane.Advancer.StartAsync(work, stopped).ConfigureAwait(false);
        }
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

    [LoggerMessage(LogLevel.Error, "Record {Key}: checking or rendering failed")]
    private partial void LogBug(string key, Exception exception);
}
