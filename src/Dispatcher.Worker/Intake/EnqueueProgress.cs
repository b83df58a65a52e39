using Dispatcher.Worker.Cli;
using Spectre.Console;

namespace Dispatcher.Worker.Intake;

/// <summary>Shows how far a file has been read: a bar on a terminal, a line now and then elsewhere. On standard error.</summary>
internal static class EnqueueProgress
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    /// <param name="total">Bytes; null: unknown.</param>
    /// <param name="work">Gets what to call with the counts and the bytes read.</param>
    public static async Task ShowAsync(CommandOutput output, TimeProvider time, long? total, Func<Action<EnqueueCounts, long>, Task> work)
    {
        if (output.Json || !output.ErrorIsTerminal)
        {
            var last = time.GetTimestamp();
            await work((counts, _) =>
            {
                if (!output.Json && time.GetElapsedTime(last) >= LineEvery)
                {
                    last = time.GetTimestamp();
                    output.ErrorLine($"{counts.Accepted:N0} accepted so far");
                }
            });
            return;
        }

        await output.ErrorScreen.Progress().HideCompleted(true).StartAsync(async progress =>
        {
            var task = progress.AddTask("Enqueue", maxValue: total ?? 1);
            task.IsIndeterminate = total is null;
            await work((counts, bytes) =>
            {
                task.Description = $"{counts.Accepted:N0} accepted";
                task.Value = total is null ? 0 : bytes;
            });
        });
    }
}
