using System.IO.Pipelines;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Lists;

/// <summary>Puts a file in the place of a list: shows how far it is, and tells bad lines.</summary>
internal static class ListLoad
{
    /// <param name="file">A path, or - for standard input.</param>
    /// <param name="replace">Gets the entries and whom to tell how many were taken; answers how many are in force.</param>
    /// <returns>How many are in force, and how many lines were left out.</returns>
    /// <exception cref="UsageException">It can't be opened, or has too many entries.</exception>
    public static async Task<(long Size, long Bad)> RunAsync(
        CommandContext context,
        string file,
        ListRules rules,
        Func<IAsyncEnumerable<string>, IProgress<long>, CancellationToken, ValueTask<long>> replace,
        CancellationToken cancellationToken)
    {
        await using var input = await EnqueueInput.OpenAsync(file, context.Environment, twice: false, cancellationToken);
        var report = new BadLineReport(context.Output);
        var source = new ListFile(new LineReader(PipeReader.Create(input.Stream), ListFile.LongestLine), rules, report.Add);
        var size = 0L;
        try
        {
            await CommandProgress.ShowAsync(context.Output, context.Environment.Time, "Load", input.Length, async show =>
                size = await replace(
                    source.ReadAllAsync(cancellationToken), new Teller<long>(taken => show(source.BytesRead, $"{taken:N0} entries")), cancellationToken));
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException(exception.Message);
        }

        report.Sum();
        return (size, source.Rejected);
    }
}
