using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Records;
using Spectre.Console;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher history show</c>: one invitation with its trail.</summary>
internal sealed class HistoryShowCommand
{
    private readonly Argument<string> _id = InvitationIds.One();
    private readonly Option<string?> _tenant = TenantOption.Create("Whose; without it every tenant that has this id.");

    private readonly Option<string?> _language = LanguageOption.Create();

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "show",
            "Show one invitation: every field, what its status means, what to do, and each step that it went.",
            "dispatcher history show order-4711 --tenant acme",
            "dispatcher history show order-4711 --language sv",
            "dispatcher history show order-4711 --json")
        { _id, _tenant, _language },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = context.Value(_id);
        var records = await context.Service<IInvitationStore>().FindAsync(context.Value(_tenant), id, cancellationToken);
        var language = LanguageOption.Of(context, _language);
        foreach (var record in records.Select(record => RecordDetails.Of(record, language)))
        {
            if (context.Output.Json)
            {
                context.Output.WriteJson(record);
            }
            else
            {
                Write(context.Output, record);
            }
        }

        if (records.Count == 0)
        {
            context.Output.ErrorLine($"There is no invitation {id}.");
        }

        foreach (var record in records.Where(record => record.Problem is not null))
        {
            context.Output.ErrorLine($"{Cell.Plain(record.Invitation.Tenant)} {id}: {record.Problem}; shown is what can be.");
        }

        return records.Count == 0 || records.Any(record => record.Problem is not null) ? ExitCode.No : ExitCode.Fine;
    }

    private static void Write(CommandOutput output, RecordDetails record)
    {
        var fields = new Table().HideHeaders().AddColumns("", "");
        foreach (var (name, value) in Fields(record).Where(field => field.Value.Length > 0))
        {
            fields.AddRow(name, value);
        }

        output.Table(fields);
        var trail = new Table().Title("Trail").AddColumns("At", "From", "To", "By", "Reply");
        foreach (var step in record.Trail)
        {
            trail.AddRow(Cell.Of(step.At), Cell.Of(step.From), Cell.Of(step.To), Cell.Of(step.By), Cell.Of(step.Reply));
        }

        output.Table(trail);
    }

    private static IEnumerable<(string Name, string Value)> Fields(RecordDetails record) =>
    [
        ("Tenant", Cell.Of(record.Tenant)),
        ("Id", Cell.Of(record.Id)),
        ("Status", $"{Cell.Of(record.Status)} - {Cell.Of(record.Title)}"),
        ("Detail", Cell.Of(record.Detail)),
        ("Cause", Cell.Of(record.Cause)),
        ("What to do", Cell.Of(record.Remedy)),
        ("State", Cell.Of(record.State)),
        ("Name", Cell.Of(record.Name)),
        ("Recipient", Cell.Of(record.Recipient)),
        ("Reference", Cell.Of(record.ReferenceNumber)),
        ("Type", Cell.Of(record.Type)),
        ("Method", Cell.Of(record.Method)),
        ("Channel", Cell.Of(record.Channel)),
        ("Created", Cell.Of(record.CreatedAt)),
        ("Send at", Cell.Of(record.SendAt)),
        ("Sent", Cell.Of(record.SentAt)),
        ("Attempts", Cell.Of(record.Attempt)),
        ("Next attempt", Cell.Of(record.NextAttemptAt)),
        ("Last reply", Cell.Of(record.Reply)),
        ("Accepted by", Cell.Of(record.AcceptedBy)),
        ("Template", Cell.Of(record.TemplateId)),
        ("Locale", Cell.Of(record.Locale)),
        ("Sender", Cell.Of($"{record.SenderName} {record.SenderEmail}".Trim())),
        ("Reply to", Cell.Of(record.ReplyTo)),
        ("Landing page", Cell.Of(record.LandingPage)),
        ("Reminder of", Cell.Of(record.ReminderOf)),
        ("Reminder after", Cell.Of(record.ReminderAfter)),
        ("Products", Cell.Of(string.Join(", ", record.Products.Select(product => product.Sku)))),
        ("Tags", Cell.Of(string.Join(", ", record.Tags))),
        ("Held by", Cell.Of(record.Holder)),
        ("Problem", Cell.Of(record.Problem)),
    ];
}
