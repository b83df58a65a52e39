using System.CommandLine;
using Dispatcher.Core.Destinations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Spectre.Console;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher destinations list</c>.</summary>
internal static class DestinationsListCommand
{
    /// <summary>Of each group's domains; <c>show</c> has them all.</summary>
    private const int Shown = 3;

    public static Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "list",
            "List destination groups. What belongs to none has no destination limits.",
            "dispatcher destinations list",
            "dispatcher destinations list --json"),
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var groups = await context.Service<IDestinationStore>().ListAsync(cancellationToken);
        if (context.Output.Json)
        {
            foreach (var group in groups)
            {
                context.Output.Line(DestinationGroupWriter.Write(group));
            }

            return ExitCode.Fine;
        }

        var table = new Table().AddColumns("Group", "Domains", "Rate", "Concurrency");
        foreach (var group in groups)
        {
            var more = group.Domains.Count > Shown ? $", and {group.Domains.Count - Shown:N0} more" : "";
            table.AddRow(
                Cell.Of(group.Group),
                Cell.Of(string.Join(", ", group.Domains.Take(Shown)) + more),
                group.Rate is { } rate ? LimitText.Of(rate) : "none",
                group.Concurrency is { } concurrency ? Cell.Of(concurrency) : "none");
        }

        context.Output.Table(table);
        return ExitCode.Fine;
    }
}
