using Spectre.Console;

namespace Dispatcher.Worker.Cli;

/// <summary>Shows how far a long command is: a bar on a terminal, a line now and then elsewhere. On standard error.</summary>
internal static class CommandProgress
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    /// <param name="title">Stands beside the bar until something else is known.</param>
    /// <param name="total">What the bar goes to; null: unknown.</param>
    /// <param name="work">Gets what to call with how far it is, and with that in words.</param>
    public static async Task ShowAsync(CommandOutput output, TimeProvider time, string title, double? total, Func<Action<double, string>, Task> work)
    {
        if (output.Json || !output.ErrorIsTerminal)
        {
            var last = time.GetTimestamp();
            await work((_, words) =>
            {
                if (!output.Json && time.GetElapsedTime(last) >= LineEvery)
                {
                    last = time.GetTimestamp();
                    output.ErrorLine($"{words} so far");
                }
            });
            return;
        }

        await output.ErrorScreen.Progress().HideCompleted(true).StartAsync(async progress =>
        {
            var task = progress.AddTask(title, maxValue: total ?? 1);
            task.IsIndeterminate = total is null;
            await work((value, words) =>
            {
                task.Description = words;
                task.Value = total is null ? 0 : value;
            });
        });
    }
}
