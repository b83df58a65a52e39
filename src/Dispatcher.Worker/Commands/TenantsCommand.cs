using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants</c>: who sends, and under which rules.</summary>
internal static class TenantsCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "tenants",
        "Apply, list and show tenants' settings.",
        "dispatcher tenants apply -f tenants/",
        "dispatcher tenants list",
        "dispatcher tenants show acme -o yaml")
    {
        new TenantsApplyCommand().Create(application),
        TenantsListCommand.Create(application),
        new TenantsShowCommand().Create(application),
    };
}
