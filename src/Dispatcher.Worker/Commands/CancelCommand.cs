using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher cancel</c>: what has not begun to be sent is never sent.</summary>
internal sealed class CancelCommand
{
    private readonly Argument<string[]> _ids = InvitationIds.Many();
    private readonly Option<string?> _tenant = TenantOption.Create("Whose; without it every tenant that has such an id.");

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "cancel",
            "Cancel invitations that have not begun to be sent. This can't be undone.",
            "dispatcher cancel order-4711 --tenant acme",
            "dispatcher cancel order-4711 order-4712 --json")
        { _ids, _tenant },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string[] ids = [.. context.Value(_ids).Distinct(StringComparer.Ordinal)];
        var (count, allFound) = await CancelAsync(context.Service<IInvitationStore>(), context.Value(_tenant), ids, cancellationToken);
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { matched = count.Matched, cancelled = count.Cancelled, tooLate = count.TooLate });
        }
        else
        {
            context.Output.Line($"{count.Matched:N0} found, {count.Cancelled:N0} cancelled, {count.TooLate:N0} too late");
        }

        return count.TooLate == 0 && allFound ? ExitCode.Fine : ExitCode.No;
    }

    /// <summary>Within a tenant an id is one invitation; without, several may have it, so that each id is asked for on its own.</summary>
    private static async ValueTask<(CancelCount Count, bool AllFound)> CancelAsync(
        IInvitationStore store, string? tenant, string[] ids, CancellationToken cancellationToken)
    {
        if (tenant is not null)
        {
            var all = await store.CancelAsync(tenant, ids, "cancel", cancellationToken);
            return (all, all.Matched == ids.Length);
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
