using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Control;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher resume</c>: takes one pause away, and says which others still hold.</summary>
internal sealed class ResumeCommand
{
    private readonly ScopeOptions _scope = new();

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "resume",
            "Send again for what was paused.",
            "dispatcher resume --tenant acme",
            "dispatcher resume --destination gmail",
            "dispatcher resume --all")
        {
            Remarks =
            [
                "What waited goes on at once, by its limits. Each pause is taken away by itself: --all ends the pause of everything, and a\n"
                    + "tenant that was paused by name stays paused. Resuming what is not paused changes nothing.",
            ],
        };
        _scope.AddTo(command);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var scope = _scope.Read(context)
            ?? throw new UsageException("Say what to resume: --tenant NAME, --destination GROUP or --all. 'dispatcher pause' shows what is paused.");
        var control = context.Service<IQueueControl>();
        await control.ResumeAsync(scope, cancellationToken);
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { scope = Codes.Of(scope.Kind), name = scope.Name, paused = false });
            return ExitCode.Fine;
        }

        context.Output.Line($"{ScopeText.Of(scope)} resumed.");
        var states = await control.ListAsync(cancellationToken);
        var others = states.Where(state => state.PausedAt is not null).Select(state => ScopeText.Of(state.Scope)).ToArray();
        if (others.Length > 0)
        {
            context.Output.Line($"Paused still: {string.Join(", ", others)}.");
        }

        return ExitCode.Fine;
    }
}
