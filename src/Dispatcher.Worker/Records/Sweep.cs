using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Records;

/// <summary>Runs a command by filter with its progress on the screen.</summary>
internal static class Sweep
{
    /// <param name="title">Stands beside the bar at first.</param>
    /// <param name="run">The work; it tells how far it is.</param>
    public static async Task<T> RunAsync<T>(CommandContext context, string title, Func<IProgress<SweepProgress>, Task<T>> run)
    {
        var begun = false;
        T? result = default;
        try
        {
            await CommandProgress.ShowAsync(context.Output, context.Environment.Time, title, total: 1, async show =>
                result = await run(new Teller<SweepProgress>(progress =>
                {
                    begun = true;
                    show(progress.Share, $"{Cell.Of(progress.Matched)} found");
                })));
        }
        catch (OperationCanceledException) when (begun)
        {
            context.Output.ErrorLine("It is in force and goes on in the workers; only the counting was not waited for.");
            throw;
        }

        return result!;
    }
}
