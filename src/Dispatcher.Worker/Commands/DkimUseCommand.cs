using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher dkim use</c>.</summary>
internal sealed class DkimUseCommand
{
    private readonly Argument<string> _domain = DkimCommand.Domain();
    private readonly Argument<string> _selector = DkimCommand.Selector();

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "use",
            "Sign with a key from now on, one just made or an older one. Publish its record first; workers notice without a restart.",
            "dispatcher dkim use acme.example 2026-11")
        { _domain, _selector },
        Run);

    private Task<int> Run(CommandContext context, CancellationToken cancellationToken)
    {
        var key = DkimCommand.StoreOf(context).Use(context.Value(_domain), context.Value(_selector), context.Environment.Time, out var fault)
            ?? throw new UsageException(fault!);
        if (context.Output.Json)
        {
            context.Output.WriteJson(DkimCommand.ViewOf(key));
        }
        else
        {
            context.Output.Line($"Mail of {key.Domain} is signed with selector {key.Selector} as soon as workers look at the folder (Smtp:Dkim:PollInterval).");
        }

        return Task.FromResult(ExitCode.Fine);
    }
}
