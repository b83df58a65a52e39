using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Dispatcher.Core.Storage;
using Dispatcher.Redis;
using Dispatcher.Worker.Commands;
using Dispatcher.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Cli;

/// <summary>The command line: the tree of commands, how one is run, and what becomes of its errors.</summary>
internal sealed class CliApplication
{
    /// <summary>How long a command may take to stop once Ctrl-C or SIGTERM has cancelled it.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    private readonly CliEnvironment _environment;
    private readonly RootCommand _root;
    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object a line instead of tables.", Recursive = true };
    private readonly Option<FileInfo?> _config = new("--config")
    {
        Description = "A JSON file of settings, read after appsettings.json.",
        HelpName = "FILE",
        Recursive = true,
    };

    private IReadOnlyDictionary<string, string?> _settings = new Dictionary<string, string?>();

    public CliApplication(CliEnvironment environment)
    {
        _environment = environment;
        _root = new RootCommand("Dispatcher sends review invitations: takes them from Redis, checks each, delivers it, records what became of it.");
        _root.Options.Add(_json);
        _root.Options.Add(_config);
        foreach (var command in CommandCatalog.Create(this))
        {
            _root.Subcommands.Add(command);
        }

        foreach (var help in _root.Options.OfType<HelpOption>())
        {
            help.Action = new ExamplesHelpAction((HelpAction)help.Action!);
        }
    }

    /// <summary>Makes <paramref name="run"/> the body of <paramref name="command"/>.</summary>
    public Command Run(Command command, Func<CommandContext, CancellationToken, Task<int>> run)
    {
        command.SetAction((parsed, cancellationToken) => GuardAsync(parsed, run, cancellationToken));
        return command;
    }

    /// <summary>Runs one command line. Doesn't throw for anything that a user or a peer can cause.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        string[] rest;
        try
        {
            (_settings, rest) = SettingArguments.Split(arguments);
        }
        catch (UsageException exception)
        {
            _environment.Error.WriteLine(exception.Message);
            return ExitCode.Usage;
        }

        var parsed = _root.Parse(rest);
        var mistaken = parsed.Action is ParseErrorAction;
        if (parsed.Action is ParseErrorAction errors)
        {
            errors.ShowHelp = false;
        }

        // Mistakes go to standard error as a whole, so that a pipe never carries them on.
        var code = await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = mistaken ? _environment.Error : _environment.Out,
                Error = _environment.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = parsed.CommandResult.Command is ExampleCommand { RunsHost: true } ? null : StopWithin,
            },
            cancellationToken);
        if (!mistaken)
        {
            return code;
        }

        _environment.Error.WriteLine($"See '{CommandPath(parsed)} --help'.");
        return ExitCode.Usage;
    }

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(result.Command is RootCommand ? "dispatcher" : result.Command.Name);
        }

        return string.Join(' ', names);
    }

    private async Task<int> GuardAsync(
        ParseResult parsed, Func<CommandContext, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        var output = new CommandOutput(_environment, parsed.GetValue(_json));
        try
        {
            var settings = DispatcherSettings.Load(_environment, parsed.GetValue(_config)?.FullName, _settings);
            await using var context = new CommandContext(_environment, settings, parsed, output);
            return await run(context, cancellationToken);
        }
        catch (UsageException exception)
        {
            output.ErrorLine(exception.Message);
            return ExitCode.Usage;
        }
        catch (OptionsValidationException exception)
        {
            foreach (var mistake in SettingMistakes.Of(exception))
            {
                output.ErrorLine($"Wrong setting: {mistake}");
            }

            return ExitCode.Usage;
        }
        catch (QueueMismatchException exception)
        {
            output.ErrorLine(Cell.Plain(exception.Message));
            return ExitCode.Usage;
        }
        catch (StorageUnavailableException exception)
        {
            output.ErrorLine(Cell.Plain(exception.Message));
            return ExitCode.Outside;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.ErrorLine("Stopped.");
            return ExitCode.No;
        }
    }
}
