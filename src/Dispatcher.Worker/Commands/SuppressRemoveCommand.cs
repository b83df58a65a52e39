using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher suppress remove</c>.</summary>
internal sealed class SuppressRemoveCommand
{
    private readonly Argument<string> _address = AddressArgument.Create();
    private readonly Option<string> _tenant = TenantOption.CreateRequired("Who may write again.");

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "remove",
            "Let a tenant write to an address again. Exit code 1: it was not suppressed.",
            "dispatcher suppress remove eva@example.com --tenant acme")
        { _address, _tenant },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var tenant = context.Value(_tenant)!;
        var released = await context.Service<ISuppressionStore>().ReleaseAsync(tenant, context.Value(_address), cancellationToken);
        SuppressAnswer.Write(context, tenant, context.Value(_address), suppressed: false, reason: null);
        return released ? ExitCode.Fine : ExitCode.No;
    }
}
