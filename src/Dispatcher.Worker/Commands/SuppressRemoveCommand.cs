using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher suppress remove</c>.</summary>
internal sealed class SuppressRemoveCommand
{
    private readonly Argument<string> _address = AddressArgument.Create();
    private readonly Option<string?> _tenant = TenantOption.Create("Who may write again.");
    private readonly Option<bool> _everybody = SuppressAnswer.Everybody();

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "remove",
            "Let a tenant write to an address again. Exit code 1: it was not suppressed.",
            "dispatcher suppress remove eva@example.com --tenant acme",
            "dispatcher suppress remove eva@example.com --everybody")
        { _address, _tenant, _everybody },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SuppressAnswer.NeedOne(context, _tenant, _everybody);
        var tenant = context.Value(_tenant);
        var released = tenant is null
            ? await context.Service<IFeedbackStore>().OptInAsync(context.Value(_address), cancellationToken)
            : await context.Service<ISuppressionStore>().ReleaseAsync(tenant, context.Value(_address), cancellationToken);
        SuppressAnswer.Write(context, tenant, context.Value(_address), suppressed: false, reason: null);
        return released ? ExitCode.Fine : ExitCode.No;
    }
}
