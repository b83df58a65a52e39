using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Control;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher pause</c>: nothing more of a tenant, of a destination group, or at all is started. Without arguments: what is
/// paused or limited.</summary>
internal sealed class PauseCommand
{
    private readonly ScopeOptions _scope = new();
    private readonly Option<bool> _list = new("--list") { Description = "Show what is paused or limited; so it does without any option." };

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "pause",
            "Stop sending for a tenant, a destination group, or everybody; or show what is paused or limited.",
            "dispatcher pause --tenant acme",
            "dispatcher pause --destination gmail",
            "dispatcher pause --all",
            "dispatcher pause --list --json")
        {
            Remarks =
            [
                "A pause is in force at once, over all workers, and stays until 'dispatcher resume', whatever is restarted or applied.\n"
                    + "What is on the wire ends as usual. Everything else waits where it is: it is still accepted, and can be edited and\n"
                    + "cancelled. Pausing what is paused changes nothing.",
            ],
        };
        _scope.AddTo(command);
        command.Add(_list);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (_scope.Read(context) is not { } scope)
        {
            return await ListAsync(context, cancellationToken);
        }

        if (context.Value(_list))
        {
            throw new UsageException("--list shows everything and stands alone.");
        }

        if (scope is { Kind: QueueScopeKind.Destination, Name: { } group }
            && await DestinationGroups.FindFaultAsync(context, group, cancellationToken) is { } fault)
        {
            context.Output.ErrorLine(fault);
            return ExitCode.No;
        }

        await context.Service<IQueueControl>().PauseAsync(scope, cancellationToken);
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { scope = Codes.Of(scope.Kind), name = scope.Name, paused = true });
        }
        else
        {
            context.Output.Line($"{ScopeText.Of(scope)} paused: what is on the wire ends as usual, nothing more is started.");
        }

        return ExitCode.Fine;
    }

    private static async Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var states = await context.Service<IQueueControl>().ListAsync(cancellationToken);
        if (context.Output.Json)
        {
            foreach (var state in states)
            {
                context.Output.WriteJson(ScopeView.Of(state));
            }
        }
        else if (states.Count == 0)
        {
            context.Output.Line("Nothing is paused, and there are no temporary limits.");
        }
        else
        {
            context.Output.Table(ScopeText.Table(states));
        }

        return ExitCode.Fine;
    }
}
