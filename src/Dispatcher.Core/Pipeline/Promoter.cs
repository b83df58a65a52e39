using Dispatcher.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Moves due work of one lane into the queues until claiming stops. Sleeps until the next entry is due; the heartbeat wakes it when another
/// process has put an earlier one there.
/// </summary>
internal sealed partial class Promoter(ILane lane, Signal dueSoon, ILogger logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);

    public async Task RunAsync(CancellationToken stopIntake)
    {
        while (true)
        {
            var wait = Longest;
            try
            {
                var answer = await lane.PromoteAsync(stopIntake).ConfigureAwait(false);
                wait = answer.Next is { } next && next < Longest ? next : Longest;
            }
            catch (StorageUnavailableException e)
            {
                LogFailed(lane.Number, e.Message);
                wait = AfterFailure;
            }

            await dueSoon.WaitAsync(wait < Shortest ? Shortest : wait, stopIntake).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Lane {Lane}: due work not promoted: {Reason}")]
    private partial void LogFailed(int lane, string reason);
}
