using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Records;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher release</c>: what was set aside goes back into its queue.</summary>
internal sealed class ReleaseCommand
{
    private readonly Argument<string[]> _ids = InvitationIds.Many();
    private readonly Option<string?> _tenant = TenantOption.Create("Whose; without it every tenant that has such an id.");

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "release",
            "Send invitations after all that were set aside with status internal-error: attempts whose outcome nobody knows, or workers that died of them.",
            "dispatcher release order-4711 --tenant acme",
            "dispatcher release order-4711 order-4712 --tenant acme --json",
            "dispatcher history list --status internal-error")
        {
            Remarks =
            [
                "Detail 'uncertain' means that the message may have arrived: ask the mail server's log first, or it may arrive twice, with the\n"
                    + "same Message-ID. Every check is made again.",
                "Exit code 1: something was not set aside, or was not found.",
            ],
        };
        command.Add(_ids);
        command.Add(_tenant);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var ids = context.Value(_ids)!.Distinct(StringComparer.Ordinal).ToArray();
        if (ids.Length == 0)
        {
            throw new UsageException("release takes the ids of invitations; 'dispatcher history list --status internal-error' shows them.");
        }

        var count = await context.Service<IInvitationStore>().ReleaseAsync(context.Value(_tenant), ids, "release", cancellationToken);
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { matched = count.Matched, released = count.Released, notSetAside = count.NotSetAside });
        }
        else
        {
            context.Output.Line($"{Cell.Of(count.Matched)} found, {Cell.Of(count.Released)} released, {Cell.Of(count.NotSetAside)} not set aside");
        }

        return count.NotSetAside == 0 && count.Released >= ids.Length ? ExitCode.Fine : ExitCode.No;
    }
}
