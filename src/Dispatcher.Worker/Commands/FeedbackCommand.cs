using System.CommandLine;
using System.IO.Pipelines;
using Dispatcher.Core.Feedback;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Feedback;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher feedback</c>: what became of invitations, from JSON lines.</summary>
internal sealed class FeedbackCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A JSON lines file; - is standard input." };

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "feedback",
            "Tell what became of invitations: bounces, complaints, opt-outs, reviews, receipts. Exit code 1: some lines were not taken.",
            "dispatcher feedback events.jsonl",
            """echo '{"kind":"unsubscribe","tenant":"acme","id":"order-1"}' | dispatcher feedback - --json""")
        {
            Remarks =
            [
                """An event: {"kind":"bounce","tenant":"acme","id":"order-1","at":"2026-11-22T10:00:00Z","detail":"550 5.1.1 no such user"}""" + "\n"
                    + "kind is bounce, complaint, unsubscribe, review or receipt. Instead of id: messageId (then no tenant), or recipient with tenant.",
                "unsubscribe with \"scope\":\"all\" is from everybody's invitations. A bounce's detail is what the server said.",
                "Telling the same again changes nothing, in whichever order.",
            ],
        };
        command.Add(_file);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var input = await EnqueueInput.OpenAsync(context.Value(_file), context.Environment, twice: false, cancellationToken);
        var report = new BadLineReport(context.Output);
        var lines = new FeedbackLines(context.Service<IFeedbackStore>(), "feedback", sender: null, report.Add);
        var reader = new LineReader(PipeReader.Create(input.Stream), FeedbackReader.MaxBytes);
        while (await reader.ReadAsync(cancellationToken) is { } line)
        {
            if (!LineDecoder.IsBlank(line))
            {
                await lines.AddAsync(line, cancellationToken);
            }
        }

        await lines.FlushAsync(cancellationToken);
        report.Sum();
        return Answer(context.Output, lines.Counts);
    }

    private static int Answer(CommandOutput output, FeedbackCounts counts)
    {
        if (output.Json)
        {
            output.WriteJson(new { changed = counts.Changed, noted = counts.Noted, stale = counts.Stale, rejected = counts.Rejected });
        }
        else
        {
            output.Line($"{counts.Changed:N0} changed, {counts.Noted:N0} noted, {counts.Stale:N0} known already, {counts.Rejected:N0} rejected");
        }

        return counts.Rejected == 0 ? ExitCode.Fine : counts.Good == 0 ? ExitCode.Usage : ExitCode.No;
    }
}
