using Dispatcher.Core.Storage;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Moves due work of one lane into the queues until claiming stops. Sleeps until the next entry is due, a second at most, since another
/// process may have put an earlier one there.
/// </summary>
internal sealed partial class Promoter(ILane lane, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
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
            }

            await Task.Delay(wait < Shortest ? Shortest : wait, time, stopIntake).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Lane {Lane}: due work not promoted: {Reason}")]
    private partial void LogFailed(int lane, string reason);
}
