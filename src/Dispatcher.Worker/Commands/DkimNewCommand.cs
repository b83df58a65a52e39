using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher dkim new</c>.</summary>
internal sealed class DkimNewCommand
{
    private readonly Argument<string> _domain = DkimCommand.Domain();
    private readonly Argument<string> _selector = DkimCommand.Selector();
    private readonly Option<int> _bits = new("--bits")
    {
        Description = "Length of the key: 2048 to 4096. Longer ones make signing slower, and some DNS servers can't publish them.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 2048,
    };

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "new",
            "Make a key and print the DNS record to publish. It signs nothing until 'dispatcher dkim use'.",
            "dispatcher dkim new acme.example 2026-11")
        { _domain, _selector, _bits },
        Run);

    private Task<int> Run(CommandContext context, CancellationToken cancellationToken)
    {
        var key = DkimCommand.StoreOf(context).Create(context.Value(_domain), context.Value(_selector), context.Value(_bits), out var fault)
            ?? throw new UsageException(fault!);
        if (context.Output.Json)
        {
            context.Output.WriteJson(DkimCommand.ViewOf(key));
            return Task.FromResult(ExitCode.Fine);
        }

        context.Output.Line($"Wrote {key.File}. Keep it secret. Publish this record:");
        context.Output.Line("");
        context.Output.Line(key.Record!.ZoneLine);
        context.Output.Line("");
        context.Output.Line($"When DNS answers with it, let workers sign with it: dispatcher dkim use {key.Domain} {key.Selector}");
        return Task.FromResult(ExitCode.Fine);
    }
}
