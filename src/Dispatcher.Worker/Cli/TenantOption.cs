using System.CommandLine;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Worker.Cli;

/// <summary>The option <c>--tenant</c>, the same for every command.</summary>
internal static class TenantOption
{
    public static Option<string?> Create(string description) => Checked(new Option<string?>("--tenant")
    {
        Description = description,
        HelpName = "TENANT",
    });

    public static Option<string> CreateRequired(string description)
    {
        var option = new Option<string>("--tenant") { Description = description, HelpName = "TENANT", Required = true };
        return Checked(option);
    }

    private static Option<T> Checked<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Identity.IsTenant(result.Tokens[0].Value))
            {
                result.AddError($"'{Cell.Plain(result.Tokens[0].Value)}' is no tenant name; it is like acme or acme-2.");
            }
        });
        return option;
    }
}
