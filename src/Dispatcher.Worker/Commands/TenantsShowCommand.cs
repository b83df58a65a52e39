using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Tenants;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants show</c>: one tenant's settings, as a file that can be applied again.</summary>
internal sealed class TenantsShowCommand
{
    private const string Yaml = "yaml";

    private readonly Argument<string> _tenant = new("TENANT") { Description = "The tenant's name." };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "As yaml or as json.",
        HelpName = "yaml|json",
        DefaultValueFactory = _ => Yaml,
    };

    public Command Create(CliApplication application)
    {
        _output.AcceptOnlyFromAmong(Yaml, "json");
        return application.Run(
            new ExampleCommand(
                "show",
                "Show a tenant's settings. Exit code 1: it has none of its own, and so the defaults.",
                "dispatcher tenants show acme",
                "dispatcher tenants show acme -o json")
            { _tenant, _output },
            RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Value(_tenant);
        var settings = await context.Service<ITenantStore>().GetAsync(name, cancellationToken);
        if (settings is null)
        {
            context.Output.ErrorLine($"There are no settings of a tenant {Cell.Plain(name)}; it has the defaults.");
            return ExitCode.No;
        }

        // --json promises one line; -o json is for people who like JSON.
        context.Output.Line(context.Output.Json ? TenantSettingsWriter.Write(settings)
            : context.Value(_output) == Yaml ? TenantYaml.Write(settings).TrimEnd()
            : TenantSettingsWriter.Write(settings, indented: true));
        return ExitCode.Fine;
    }
}
