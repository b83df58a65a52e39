using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher destinations remove</c>.</summary>
internal sealed class DestinationsRemoveCommand
{
    private readonly Argument<string> _group = ScopeName.Argument("GROUP", "The group's name.");

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "remove",
            "Remove a destination group. What waits for it goes on without its limits. Exit code 1: there was none.",
            "dispatcher destinations remove gmail")
        { _group },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var group = context.Value(_group);
        var removed = await context.Service<IDestinationStore>().RemoveAsync(group, cancellationToken);
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { group, result = removed ? "removed" : "notFound" });
        }
        else
        {
            context.Output.Line(removed ? $"destination/{group} removed" : $"There is no destination group {group}.");
        }

        return removed ? ExitCode.Fine : ExitCode.No;
    }
}
