using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Control;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants limit</c> and <c>dispatcher destinations limit</c>: temporary limits, which stand above the settings.</summary>
/// <param name="word">What is limited: <c>tenant</c> or <c>group</c>.</param>
/// <param name="scopeOf">The scope of a name.</param>
/// <param name="findFault">What is wrong with a name that is to be limited; null: nothing.</param>
/// <param name="withWeight">Tenants only.</param>
internal sealed class LimitCommand(
    string word,
    Func<string, QueueScope> scopeOf,
    Func<CommandContext, string, CancellationToken, ValueTask<string?>> findFault,
    bool withWeight)
{
    private readonly Argument<string> _name = ScopeName.Argument(word.ToUpperInvariant(), $"The {word}'s name.");
    private readonly LimitOptions _limits = new(withWeight);

    public Command Create(CliApplication application, string description, params string[] examples)
    {
        var command = new ExampleCommand("limit", description, examples)
        {
            Remarks =
            [
                "Temporary limits are in force at once, over all workers. They stand above the settings until --clear, and applying the\n"
                    + "settings again changes nothing about them. Each call replaces what was set before: what it does not name is again as the\n"
                    + "settings say. Without options it shows them.",
            ],
        };
        command.Add(_name);
        _limits.AddTo(command);
        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Value(_name);
        var scope = scopeOf(name);
        var control = context.Service<IQueueControl>();
        if (_limits.Clear(context))
        {
            await control.LimitAsync(scope, null, cancellationToken);
        }
        else if (_limits.Read(context) is { } limits)
        {
            if (await findFault(context, name, cancellationToken) is { } fault)
            {
                context.Output.ErrorLine(fault);
                return ExitCode.No;
            }

            await control.LimitAsync(scope, limits, cancellationToken);
        }

        Show(context.Output, (await control.ListAsync(cancellationToken)).FirstOrDefault(state => state.Scope == scope) ?? new(scope, null, null));
        return ExitCode.Fine;
    }

    private static void Show(CommandOutput output, ScopeState state)
    {
        if (output.Json)
        {
            output.WriteJson(ScopeView.Of(state));
            return;
        }

        var limits = ScopeText.Of(state.Limits);
        var paused = state.PausedAt is null ? "" : "; paused";
        output.Line($"{ScopeText.Of(state.Scope)}: {(limits.Length == 0 ? "no temporary limits" : limits)}{paused}");
    }
}
