using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Records;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher cancel</c>: what has not begun to be sent is never sent.</summary>
internal sealed class CancelCommand
{
    private readonly FilterOptions _filter = new("cancel");

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "cancel",
            "Cancel invitations that have not begun to be sent: by id, by filter, or all. This can't be undone.",
            "dispatcher cancel order-4711 --tenant acme",
            "dispatcher cancel order-4711 order-4712 --json",
            "dispatcher cancel --tenant acme --template autumn --created-from 2026-11-20",
            "dispatcher cancel --recipient-domain example.com",
            "dispatcher cancel --tenant acme --all")
        {
            Remarks =
            [
                "A filter concerns what was accepted before, and each option narrows it. Nothing that matches starts any more as soon as\n"
                    + "the progress moves; the counting takes longer, and goes on in the workers when the command is stopped.",
                "Exit code 1: something was too late (on the wire, or ended), or nothing was found.",
            ],
        };
        _filter.AddTo(command);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var selection = _filter.Read(context);
        var store = context.Service<IInvitationStore>();
        var (count, allFound) = selection.Filter is { } filter
            ? await CancelAsync(context, store, filter, cancellationToken)
            : await CancelAsync(store, _filter.Tenant(context), selection.Ids!, cancellationToken);
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { matched = count.Matched, cancelled = count.Cancelled, tooLate = count.TooLate });
        }
        else
        {
            context.Output.Line($"{Cell.Of(count.Matched)} found, {Cell.Of(count.Cancelled)} cancelled, {Cell.Of(count.TooLate)} too late");
        }

        return count.TooLate == 0 && allFound ? ExitCode.Fine : ExitCode.No;
    }

    private static async Task<(CancelCount Count, bool AllFound)> CancelAsync(
        CommandContext context, IInvitationStore store, InvitationFilter filter, CancellationToken cancellationToken)
    {
        var count = await Sweep.RunAsync(
            context, "Cancel", progress => store.CancelAsync(filter, "cancel", progress, cancellationToken).AsTask());
        return (count, count.Matched > 0);
    }

    /// <summary>Within a tenant an id is one invitation; without, several may have it, so that each id is asked for on its own.</summary>
    private static async Task<(CancelCount Count, bool AllFound)> CancelAsync(
        IInvitationStore store, string? tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (tenant is not null)
        {
            var all = await store.CancelAsync(tenant, ids, "cancel", cancellationToken);
            return (all, all.Matched == ids.Count);
        }

        var (sum, allFound) = (new CancelCount(), true);
        foreach (var id in ids)
        {
            var one = await store.CancelAsync(null, [id], "cancel", cancellationToken);
            sum = new(sum.Matched + one.Matched, sum.Cancelled + one.Cancelled, sum.TooLate + one.TooLate);
            allFound &= one.Matched > 0;
        }

        return (sum, allFound);
    }
}
