using System.CommandLine;

namespace Dispatcher.Worker.Cli;

/// <summary>The option <c>--tenant</c>, the same for every command.</summary>
internal static class TenantOption
{
    public static Option<string?> Create(string description) => ScopeName.Checked(new Option<string?>("--tenant")
    {
        Description = description,
        HelpName = "TENANT",
    });

    public static Option<string> CreateRequired(string description)
    {
        var option = new Option<string>("--tenant") { Description = description, HelpName = "TENANT", Required = true };
        return ScopeName.Checked(option);
    }
}
