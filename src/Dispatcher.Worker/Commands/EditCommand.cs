using System.CommandLine;
using System.Globalization;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher edit</c>: the recipient's name, until delivery begins.</summary>
internal sealed class EditCommand
{
    private readonly Argument<string> _id = InvitationIds.One();
    private readonly Option<string?> _tenant = TenantOption.Create("Whose; without it every tenant that has this id.");

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
            if (new StringInfo(name).LengthInTextElements > InvitationLimits.MaxNameLength || name.Any(char.IsControl))
            {
                result.AddError($"A name has at most {InvitationLimits.MaxNameLength} characters and no control characters.");
            }
        });
        return application.Run(
            new ExampleCommand(
                "edit",
                "Change the recipient's name of an invitation that has not begun to be sent.",
                "dispatcher edit order-4711 --name \"Eva Berg\" --tenant acme")
            { _id, _name, _tenant },
            RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = context.Value(_id);
        var result = await context.Service<IInvitationStore>()
            .EditNameAsync(context.Value(_tenant), id, context.Value(_name)!, cancellationToken);
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
