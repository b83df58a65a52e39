using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Records;
using Spectre.Console;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher history list</c>: live records, newest first.</summary>
internal sealed class HistoryListCommand
{
    private const int MaxLimit = 100_000;

    private readonly Option<string?> _tenant = TenantOption.Create("Only this tenant's.");
    private readonly Option<string?> _status = StatusOption.Create();

    private readonly Option<string?> _search = new("--search")
    {
        Description = "A piece of the recipient's address or of the reference number, without case.",
        HelpName = "TEXT",
    };

    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 100 }
        .Between(1, MaxLimit);

    public Command Create(CliApplication application)
    {
        return application.Run(
            new ExampleCommand(
                "list",
                "List invitations, newest first.",
                "dispatcher history list --tenant acme --limit 20",
                "dispatcher history list --status limit-reached --json",
                "dispatcher history list --search order-4711")
            { _tenant, _status, _search, _limit },
            RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var filter = new RecordFilter
        {
            Tenant = context.Value(_tenant),
            Status = StatusOption.Parse(context.Value(_status)),
            Search = context.Value(_search),
            Limit = context.Value(_limit),
        };
        var records = await context.Service<IInvitationStore>().ListAsync(filter, cancellationToken);
        if (context.Output.Json)
        {
            foreach (var record in records)
            {
                context.Output.WriteJson(RecordRow.Of(record));
            }

            return ExitCode.Fine;
        }

        var table = new Table().AddColumns("Tenant", "Id", "Recipient", "Status", "Detail", "Created", "Sent", "Type", "Reference");
        foreach (var row in records.Select(RecordRow.Of))
        {
            table.AddRow(
                Cell.Of(row.Tenant), Cell.Of(row.Id), Cell.Of(row.Recipient), Cell.Of(row.Status), Cell.Of(row.Detail),
                Cell.Of(row.CreatedAt), Cell.Of(row.SentAt), Cell.Of(row.Type), Cell.Of(row.ReferenceNumber));
        }

        context.Output.Table(table);
        if (records.Count == filter.Limit)
        {
            context.Output.ErrorLine($"The newest {filter.Limit:N0} are shown; --limit shows more.");
        }

        return ExitCode.Fine;
    }
}
