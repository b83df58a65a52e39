using System.Threading.Channels;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Sending;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// One of several loops that send what was started and hand the outcome to the lane's advancer. There are as many as the transport can
/// write at once. What is still waiting here when claiming has stopped is handed back unsent. Ends when the worker has drained.
/// </summary>
internal sealed partial class Sender(ChannelReader<Work> started, ISmtpTransport transport, OutcomeMapper mapper, Func<Work, LaneLoops> lanes, TimeProvider time, DispatcherMetrics metrics, ILogger logger)
{
    public async Task RunAsync(CancellationToken stopIntake, CancellationToken abandonWork, CancellationToken stopped)
    {
        await foreach (var work in started.ReadAllAsync(stopped).ConfigureAwait(false))
        {
            var outcome = stopIntake.IsCancellationRequested
                ? new DeliveryOutcome { Kind = OutcomeKind.Interrupted, Text = "worker is stopping" }
                : await SendAsync(work, abandonWork).ConfigureAwait(false);
            metrics.AttemptEnded(outcome.Kind);
            work.Step = mapper.Map(work, outcome);
            work.Message = null;
            await lanes(work).Advancer.RecordAsync(work, stopped).ConfigureAwait(false);
        }
    }

    // The one catch-all of this stage. What a transport did before it threw is unknown: so is the outcome.
    private async ValueTask<DeliveryOutcome> SendAsync(Work work, CancellationToken abandonWork)
    {
        var begun = time.GetTimestamp();
        metrics.InFlight(1);
        try
        {
            var outcome = await transport.SendAsync(work.Message!, abandonWork).ConfigureAwait(false);
            return outcome.Kind == OutcomeKind.Unset ? throw new InvalidOperationException("the transport gave no outcome") : outcome;
        }
        catch (Exception e)
        {
            LogBug(work.Key, e);
            return new DeliveryOutcome { Kind = OutcomeKind.Uncertain, Text = "sending failed on our side", Exception = e };
        }
        finally
        {
            metrics.InFlight(-1);
            var took = time.GetElapsedTime(begun);
            metrics.SendTook(took);
            metrics.StageTook(Stages.Send, took);
        }
    }

    [LoggerMessage(LogLevel.Error, "Record {Key}: sending failed")]
    private partial void LogBug(string key, Exception exception);
}
