using System.CommandLine;
using Dispatcher.Core.Json;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants apply</c> and its like: files into Redis, all or nothing as far as mistakes go.</summary>
/// <param name="format">Of what.</param>
/// <param name="find">What Redis holds under the name, for a dry run.</param>
/// <param name="apply">Stores one.</param>
/// <param name="warn">Says what works, but should be known, once all is done; null: nothing.</param>
internal sealed class SettingsApplyCommand<T>(
    SettingsFormat<T> format,
    Func<CommandContext, string, CancellationToken, ValueTask<T?>> find,
    Func<CommandContext, T, CancellationToken, ValueTask<ApplyResult>> apply,
    Func<CommandContext, IReadOnlyList<T>, CancellationToken, Task>? warn = null)
    where T : class
{
    private readonly Option<string> _file = new("--file", "-f")
    {
        Description = "A YAML or JSON file, a folder of them, or - for standard input.",
        HelpName = "FILE|FOLDER|-",
        Required = true,
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would change, and change nothing." };

    public Command Create(CliApplication application, string description, params string[] examples) =>
        application.Run(new ExampleCommand("apply", description, examples) { _file, _dryRun }, RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var read = Read(context);
        foreach (var problem in read.Problems)
        {
            context.Output.ErrorLine(Cell.Plain(problem));
        }

        if (read.Problems.Count > 0)
        {
            context.Output.ErrorLine("Nothing was applied.");
            return ExitCode.Usage;
        }

        foreach (var item in read.Items)
        {
            var dryRun = context.Value(_dryRun);
            var result = dryRun
                ? await ForecastAsync(context, item, cancellationToken)
                : await apply(context, item, cancellationToken);
            Write(context.Output, format.Name(item), result, dryRun);
        }

        if (warn is not null)
        {
            await warn(context, read.Items, cancellationToken);
        }

        return ExitCode.Fine;
    }

    private ReadResult<T> Read(CommandContext context)
    {
        var path = context.Value(_file)!;
        if (path != "-")
        {
            return SettingsFiles.Read(path, format);
        }

        using var input = context.Environment.OpenInput();
        return SettingsFile.Read(input, format);
    }

    private async ValueTask<ApplyResult> ForecastAsync(CommandContext context, T item, CancellationToken cancellationToken) =>
        await find(context, format.Name(item), cancellationToken) is not { } known ? ApplyResult.Created
        : format.Write(known, false) == format.Write(item, false) ? ApplyResult.Unchanged
        : ApplyResult.Configured;

    private void Write(CommandOutput output, string name, ApplyResult result, bool dryRun)
    {
        var word = result == ApplyResult.Unset ? throw new InvalidOperationException($"The store answered {result}.") : Codes.Of(result);
        if (output.Json)
        {
            output.WriteJson(new Dictionary<string, object> { [format.NameKey] = name, ["result"] = word, ["dryRun"] = dryRun });
        }
        else
        {
            output.Line($"{format.Kind}/{name} {word}{(dryRun ? " (dry run)" : "")}");
        }
    }
}
