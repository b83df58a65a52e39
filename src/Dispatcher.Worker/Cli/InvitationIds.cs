using System.CommandLine;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Worker.Cli;

/// <summary>Arguments that are ids of invitations.</summary>
internal static class InvitationIds
{
    public static Argument<string> One() => Checked(new Argument<string>("ID") { Description = "The invitation's id." });

    public static Argument<string[]> Many() => Checked(
        new Argument<string[]>("ID") { Description = "Ids of invitations.", Arity = ArgumentArity.ZeroOrMore, DefaultValueFactory = _ => [] });

    private static Argument<T> Checked<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !Identity.IsId(token.Value)))
            {
                result.AddError($"'{Cell.Plain(token.Value)}' is no id: 1 to 64 of letters, digits and . _ : -");
            }
        });
        return argument;
    }
}
