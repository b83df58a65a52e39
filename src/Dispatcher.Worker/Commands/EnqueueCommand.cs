using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher enqueue</c>: invitations from a file or standard input into the queue.</summary>
internal sealed class EnqueueCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A CSV or JSON lines file; - is standard input." };

    private readonly Option<FileFormat> _format = new("--format")
    {
        Description = "csv, jsonl, or auto: by extension, else by the first byte.",
        HelpName = "auto|csv|jsonl",
    };

    private readonly Option<string?> _tenant = TenantOption.Create("Who all lines belong to; a line that names another tenant is refused.");

    private readonly Option<bool> _strict = new("--strict") { Description = "Enqueue nothing when any line is bad." };

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "enqueue",
            "Enqueue invitations from a CSV or JSON lines file, or from standard input.",
            "dispatcher enqueue invitations.csv",
            "dispatcher enqueue orders.jsonl --tenant acme --strict",
            "zcat big.csv.gz | dispatcher enqueue - --format csv --json")
        {
            Remarks =
            [
                "CSV needs a header with some of these columns (tags are separated by semicolons):\n  " + string.Join(", ", CsvColumns.Known),
                "JSON lines are as producers write them: {\"tenant\":\"acme\",\"recipient\":{\"name\":\"Eva\",\"email\":\"eva@example.com\"}}",
                "Bad lines are reported by number and skipped. A line without an id gets one derived from its content and from how many\n"
                    + "equal lines came before it, so that running the same file again adds nothing twice.",
            ],
        };
        command.Add(_file);
        command.Add(_format);
        command.Add(_tenant);
        command.Add(_strict);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Value(_file);
        await using var input = await EnqueueInput.OpenAsync(name, context.Environment, context.Value(_strict), cancellationToken);
        var report = new BadLineReport(context.Output);
        if (context.Value(_strict) && await HasBadLinesAsync(context, input, report, cancellationToken))
        {
            return ExitCode.Usage;
        }

        return await EnqueueAsync(context, input, report, cancellationToken);
    }

    private async Task<bool> HasBadLinesAsync(
        CommandContext context, EnqueueInput input, BadLineReport report, CancellationToken cancellationToken)
    {
        var bad = 0L;
        var source = await OpenAsync(context, input, cancellationToken);
        await foreach (var read in source.ReadAllAsync(cancellationToken))
        {
            if (read.Reason is not null)
            {
                bad++;
                report.Add(read.Line, read.Reason);
            }
        }

        input.Rewind();
        if (bad > 0)
        {
            report.Sum();
            EnqueueSummary.Write(context.Output, new(Rejected: bad), $"Nothing was enqueued: {bad:N0} bad lines, and --strict was given.");
        }

        return bad > 0;
    }

    private async Task<int> EnqueueAsync(
        CommandContext context, EnqueueInput input, BadLineReport report, CancellationToken cancellationToken)
    {
        var source = await OpenAsync(context, input, cancellationToken);
        var progress = (EnqueueCounts counts) => { };
        var enqueuer = new BatchEnqueuer(context.Service<IInvitationStore>(), "enqueue", report.Add, counts => progress(counts));
        try
        {
            await CommandProgress.ShowAsync(context.Output, context.Environment.Time, "Enqueue", input.Length, async show =>
            {
                progress = counts => show(source.BytesRead, $"{counts.Accepted:N0} accepted");
                await enqueuer.RunAsync(source, cancellationToken);
            });
        }
        catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
        {
            report.Sum();
            EnqueueSummary.Write(context.Output, enqueuer.Counts, "Stopped before the end. Run it again to go on: what went in is not added twice.");
            throw;
        }

        report.Sum();
        return EnqueueSummary.Finish(context.Output, enqueuer.Counts, enqueuer.Full);
    }

    private ValueTask<IInvitationSource> OpenAsync(CommandContext context, EnqueueInput input, CancellationToken cancellationToken) =>
        InvitationFile.OpenAsync(
            input.Stream, context.Value(_file), context.Value(_format), context.Value(_tenant), context.Environment.Time, cancellationToken);
}
