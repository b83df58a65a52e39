using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Doctor;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants</c>: who sends, and under which rules.</summary>
internal static class TenantsCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "tenants",
        "Apply, list and show tenants' settings; limit a tenant for a while.",
        "dispatcher tenants apply -f tenants/",
        "dispatcher tenants list",
        "dispatcher tenants show acme -o yaml",
        "dispatcher tenants limit acme --per-second 5")
    {
        new SettingsApplyCommand<TenantSettings>(
            SettingsFormat.Tenants,
            FindAsync,
            (context, tenant, cancellationToken) => context.Service<ITenantStore>().ApplyAsync(tenant, cancellationToken),
            WarnAsync).Create(
            application,
            "Make tenants as files say. With a mistake in any file nothing is applied.",
            "dispatcher tenants apply -f acme.yaml",
            "dispatcher tenants apply -f tenants/ --dry-run",
            "dispatcher tenants show acme -o yaml | sed s/standard/unlimited/ | dispatcher tenants apply -f -"),
        TenantsListCommand.Create(application),
        TenantsSchemaCommand.Create(application),
        new SettingsShowCommand<TenantSettings>(
            SettingsFormat.Tenants,
            FindAsync,
            name => $"There are no settings of a tenant {name}; it has the defaults.").Create(
            application,
            "Show a tenant's settings. Exit code 1: it has none of its own, and so the defaults.",
            "dispatcher tenants show acme",
            "dispatcher tenants show acme -o json"),
        new LimitCommand("tenant", QueueScope.Tenant, (_, _, _) => ValueTask.FromResult<string?>(null), withWeight: true).Create(
            application,
            "Limit a tenant for a while, whatever its settings say.",
            "dispatcher tenants limit acme --per-second 5 --concurrency 10",
            "dispatcher tenants limit acme --weight 0.5",
            "dispatcher tenants limit acme",
            "dispatcher tenants limit acme --clear"),
    };

    private static async Task WarnAsync(CommandContext context, IReadOnlyList<TenantSettings> tenants, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(context.Environment.Time.GetUtcNow().UtcDateTime);
        foreach (var (tenant, warning) in tenants.SelectMany(tenant => TenantWarnings.Find(tenant, today), (tenant, warning) => (tenant.Tenant, warning)))
        {
            context.Output.ErrorLine($"warning: tenant/{tenant}: {warning}");
        }

        await SenderDoctor.WarnAsync(context, tenants, cancellationToken);
    }

    private static ValueTask<TenantSettings?> FindAsync(CommandContext context, string tenant, CancellationToken cancellationToken) =>
        context.Service<ITenantStore>().GetAsync(tenant, cancellationToken);
}
