using System.CommandLine;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Records;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher edit</c>: the recipient's name, until delivery begins.</summary>
internal sealed class EditCommand
{
    private readonly FilterOptions _filter = new("edit");

    private readonly Option<string> _name = new("--name")
    {
        Description = "The recipient's new name; empty for none.",
        HelpName = "NAME",
        Required = true,
    };

    public Command Create(CliApplication application)
    {
        _name.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>() ?? "";
            if (TextLength.Exceeds(name, InvitationLimits.MaxNameLength) || name.Any(char.IsControl))
            {
                result.AddError($"A name has at most {InvitationLimits.MaxNameLength} characters and no control characters.");
            }
        });
        var command = new ExampleCommand(
            "edit",
            "Change the recipient's name of invitations that have not begun to be sent: of one by id, or of many by filter.",
            "dispatcher edit order-4711 --name \"Eva Berg\" --tenant acme",
            "dispatcher edit --name \"\" --tenant acme --tag imported")
        { _name };
        _filter.AddTo(command);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken) => _filter.Read(context) switch
    {
        { Filter: { } filter } => await EditAsync(context, filter, cancellationToken),
        { Ids: [var id] } => await EditAsync(context, id, cancellationToken),
        _ => throw new UsageException("edit takes one id, or a filter."),
    };

    private async Task<int> EditAsync(CommandContext context, InvitationFilter filter, CancellationToken cancellationToken)
    {
        var count = await Sweep.RunAsync(context, "Edit", progress => context.Service<IInvitationStore>()
            .EditNameAsync(filter, context.Value(_name)!, "edit", progress, cancellationToken).AsTask());
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { matched = count.Matched, edited = count.Edited, tooLate = count.TooLate });
        }
        else
        {
            context.Output.Line($"{Cell.Of(count.Matched)} found, {Cell.Of(count.Edited)} edited, {Cell.Of(count.TooLate)} too late");
        }

        return count is { TooLate: 0, Matched: > 0 } ? ExitCode.Fine : ExitCode.No;
    }

    private async Task<int> EditAsync(CommandContext context, string id, CancellationToken cancellationToken)
    {
        var result = await context.Service<IInvitationStore>()
            .EditNameAsync(_filter.Tenant(context), id, context.Value(_name)!, cancellationToken);
        var (word, text) = result switch
        {
            EditResult.Edited => ("edited", $"{id} edited"),
            EditResult.TooLate => ("tooLate", $"{id}: too late, sending has begun or it is done"),
            EditResult.NotFound => ("notFound", $"There is no invitation {id}."),
            _ => throw new InvalidOperationException($"The store answered {result}."),
        };
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { id, result = word });
        }
        else
        {
            context.Output.Line(text);
        }

        return result == EditResult.Edited ? ExitCode.Fine : ExitCode.No;
    }
}
