using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher suppress show</c>.</summary>
internal sealed class SuppressShowCommand
{
    private readonly Argument<string> _address = AddressArgument.Create();
    private readonly Option<string?> _tenant = TenantOption.Create("Who would write.");
    private readonly Option<bool> _everybody = SuppressAnswer.Everybody();

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "show",
            "Tell whether a tenant must not write to an address, and why. Exit code 1: it may.",
            "dispatcher suppress show eva@example.com --tenant acme --json")
        { _address, _tenant, _everybody },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SuppressAnswer.NeedOne(context, _tenant, _everybody);
        var tenant = context.Value(_tenant);
        var reason = tenant is null
            ? (await context.Service<IFeedbackStore>().FindAsync(context.Value(_address), cancellationToken)).OptedOut ? "unsubscribed" : null
            : await context.Service<ISuppressionStore>().FindAsync(tenant, context.Value(_address), cancellationToken);
        SuppressAnswer.Write(context, tenant, context.Value(_address), reason is not null, reason);
        return reason is null ? ExitCode.No : ExitCode.Fine;
    }
}
