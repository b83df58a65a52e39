using System.CommandLine;
using System.Globalization;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Spectre.Console;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants list</c>.</summary>
internal static class TenantsListCommand
{
    public static Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "list",
            "List tenants that have settings of their own. All others have the defaults.",
            "dispatcher tenants list",
            "dispatcher tenants list --json"),
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var tenants = await context.Service<ITenantStore>().ListAsync(cancellationToken);
        if (context.Output.Json)
        {
            foreach (var tenant in tenants)
            {
                context.Output.Line(TenantSettingsWriter.Write(tenant));
            }

            return ExitCode.Fine;
        }

        var table = new Table().AddColumns("Tenant", "Name", "Plan", "Monthly limit", "Rate", "Weight", "Blocked");
        foreach (var tenant in tenants)
        {
            table.AddRow(
                Cell.Of(tenant.Tenant),
                Cell.Of(tenant.DisplayName),
                Codes.Of(tenant.Plan),
                tenant.EffectiveMonthlyLimit is { } limit ? Cell.Of(limit) : "none",
                tenant.Rate is { } rate ? LimitText.Of(rate) : "none",
                tenant.Weight.ToString(CultureInfo.InvariantCulture),
                tenant.Blocked ? "yes" : "");
        }

        context.Output.Table(table);
        return ExitCode.Fine;
    }
}
