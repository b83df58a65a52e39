using System.CommandLine;
using System.Text;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Tenants;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants apply</c>: files into Redis, all or nothing as far as mistakes go.</summary>
internal sealed class TenantsApplyCommand
{
    private readonly Option<string> _file = new("--file", "-f")
    {
        Description = "A YAML or JSON file, a folder of them, or - for standard input.",
        HelpName = "FILE|FOLDER|-",
        Required = true,
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would change, and change nothing." };

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "apply",
            "Make tenants as files say. With a mistake in any file nothing is applied.",
            "dispatcher tenants apply -f acme.yaml",
            "dispatcher tenants apply -f tenants/ --dry-run",
            "dispatcher tenants show acme -o yaml | sed s/standard/unlimited/ | dispatcher tenants apply -f -")
        { _file, _dryRun },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(context, cancellationToken);
        foreach (var problem in read.Problems)
        {
            context.Output.ErrorLine(Cell.Plain(problem));
        }

        if (read.Problems.Count > 0)
        {
            context.Output.ErrorLine("Nothing was applied.");
            return ExitCode.Usage;
        }

        var store = context.Service<ITenantStore>();
        foreach (var tenant in read.Tenants)
        {
            var dryRun = context.Value(_dryRun);
            var result = dryRun
                ? await ForecastAsync(store, tenant, cancellationToken)
                : await store.ApplyAsync(tenant, cancellationToken);
            Write(context.Output, tenant.Tenant, result, dryRun);
        }

        return ExitCode.Fine;
    }

    private async ValueTask<TenantReadResult> ReadAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(_file)!;
        if (path != "-")
        {
            return TenantFiles.Read(path);
        }

        using var reader = new StreamReader(context.Environment.OpenInput(), Encoding.UTF8);
        return TenantFile.Read(await reader.ReadToEndAsync(cancellationToken));
    }

    private static async ValueTask<ApplyResult> ForecastAsync(ITenantStore store, TenantSettings tenant, CancellationToken cancellationToken) =>
        await store.GetAsync(tenant.Tenant, cancellationToken) is not { } known ? ApplyResult.Created
        : TenantSettingsWriter.Write(known) == TenantSettingsWriter.Write(tenant) ? ApplyResult.Unchanged
        : ApplyResult.Configured;

    private static void Write(CommandOutput output, string tenant, ApplyResult result, bool dryRun)
    {
        var word = result switch
        {
            ApplyResult.Created => "created",
            ApplyResult.Configured => "configured",
            ApplyResult.Unchanged => "unchanged",
            _ => throw new InvalidOperationException($"The store answered {result}."),
        };
        if (output.Json)
        {
            output.WriteJson(new { tenant, result = word, dryRun });
        }
        else
        {
            output.Line($"tenant/{tenant} {word}{(dryRun ? " (dry run)" : "")}");
        }
    }
}
