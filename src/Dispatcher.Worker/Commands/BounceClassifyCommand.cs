using System.CommandLine;
using Dispatcher.Worker.Bounces;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher bounce classify</c>: one reply a line in, what it means out.</summary>
internal sealed class BounceClassifyCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Bounce mails; not read yet.", Arity = ArgumentArity.ZeroOrMore, DefaultValueFactory = _ => [] };

    private readonly Option<string?> _replies = new("--reply")
    {
        Description = "A file with one SMTP reply a line; - is standard input.",
        HelpName = "FILE|-",
    };

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "classify",
            "Say what replies mean: outcome, status, whether the address is no good, and why. Exit code 1: some lines were no replies.",
            "echo '550 5.1.1 User unknown' | dispatcher bounce classify --reply -",
            "dispatcher bounce classify --reply replies.txt --json")
        {
            Remarks =
            [
                "A line may come from a log or a bounce: quotes, 'host … said:' and 'smtp;' are skipped, '(in reply to RCPT TO command)' tells\n"
                    + "what was answered, and \\n stands for a line end in a folded reply. Of a line the first 4,096 characters are looked at.",
                "The reasons are explained in docs/replies.md. What is no reply has no outcome and the reason not-a-reply.",
            ],
        };
        command.Add(_files);
        command.Add(_replies);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Value(_files) is { Length: > 0 })
        {
            throw new UsageException("Reading bounce mails from files and folders is not there yet; give the replies themselves: --reply FILE, or --reply - for standard input.");
        }

        if (context.Value(_replies) is not { } name)
        {
            throw new UsageException("Say where the replies are: --reply FILE, or --reply - for standard input.");
        }

        await using var input = await EnqueueInput.OpenAsync(name, context.Environment, twice: false, cancellationToken);
        using var reader = new StreamReader(input.Stream);
        var lines = new BoundedLines(reader);
        using var writer = context.Output.Json ? (IReplyWriter)new JsonReplyWriter(context.Environment.Out) : new TextReplyWriter(context.Environment.Out);
        var all = true;
        while (await lines.ReadAsync(cancellationToken))
        {
            all &= writer.Write(lines.Line.Span);
        }

        return all ? ExitCode.Fine : ExitCode.No;
    }
}
