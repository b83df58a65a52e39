using System.CommandLine;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Worker.Cli;

/// <summary>Names of tenants and destination groups, which have the same shape, as arguments and options.</summary>
internal static class ScopeName
{
    public static Argument<string> Argument(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && Fault(result.Tokens[0].Value) is { } fault)
            {
                result.AddError(fault);
            }
        });
        return argument;
    }

    public static Option<T> Checked<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && Fault(result.Tokens[0].Value) is { } fault)
            {
                result.AddError(fault);
            }
        });
        return option;
    }

    private static string? Fault(string name) => Identity.IsTenant(name) ? null : $"'{Cell.Plain(name)}' is no name; it is like acme or acme-2.";
}
