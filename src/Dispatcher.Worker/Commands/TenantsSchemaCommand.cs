using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants schema</c>.</summary>
internal static class TenantsSchemaCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "schema",
            "Print the JSON schema of tenants' files, for editors and generators.",
            "dispatcher tenants schema > tenant.schema.json"),
        (context, _) =>
        {
            context.Output.Line(context.Output.Json ? TenantSettingsSchema.Create().ToJsonString() : Text);
            return Task.FromResult(ExitCode.Fine);
        });

    /// <summary>As it is published in the documentation.</summary>
    public static string Text => TenantSettingsSchema.Create().ToJsonString(Indented);
}
