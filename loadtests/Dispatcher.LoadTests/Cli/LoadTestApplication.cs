using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Dispatcher.Core.Storage;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Scenarios;

namespace Dispatcher.LoadTests.Cli;

/// <summary>The command line: one command a scenario.</summary>
internal sealed class LoadTestApplication
{
    private readonly TextWriter _out;
    private readonly TextWriter _error;
    private readonly CommonOptions _common = new();
    private readonly RootCommand _root = new("Load tests of Dispatcher: each scenario shows one promise, with its figure and its target.");

    public LoadTestApplication(TextWriter output, TextWriter error)
    {
        (_out, _error) = (output, error);
        Scenario[] scenarios = [new EngineScenario(), new FlatScenario(), new MemoryScenario(), new FairnessScenario(), new LimitsScenario(), new SmtpScenario(),
            new PathScenario(), new MicroScenario(), new SpfScenario(), new CancelScenario()];
        foreach (var option in _common.All)
        {
            _root.Options.Add(option);
        }

        foreach (var scenario in scenarios)
        {
            _root.Subcommands.Add(CommandOf(scenario));
        }

        foreach (var help in _root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!, scenarios);
        }
    }

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var parsed = _root.Parse(arguments);
        var mistaken = parsed.Action is ParseErrorAction;
        if (parsed.Action is ParseErrorAction errors)
        {
            errors.ShowHelp = false;
        }

        var configuration = new InvocationConfiguration
        {
            Output = mistaken ? _error : _out,
            Error = _error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10), // time to end the servers that were started
        };
        var code = await parsed.InvokeAsync(configuration, cancellationToken);
        if (!mistaken)
        {
            return code;
        }

        _error.WriteLine("See 'loadtests/run --help'.");
        return ExitCode.Usage;
    }

    private Command CommandOf(Scenario scenario)
    {
        var command = new Command(scenario.Name, scenario.Summary);
        foreach (var option in scenario.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(scenario, parsed, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(Scenario scenario, ParseResult parsed, CancellationToken cancellationToken)
    {
        var report = new Report(scenario.Name, parsed.GetValue(_common.Json) ? _out : null);
        try
        {
            await scenario.RunAsync(new ScenarioRun(parsed, _common, report, _error), cancellationToken);
        }
        catch (UsageException e)
        {
            _error.WriteLine(e.Message);
            return ExitCode.Usage;
        }
        catch (Exception e) when (e is StorageUnavailableException or TimeoutException or System.ComponentModel.Win32Exception)
        {
            _error.WriteLine(e.Message);
            return ExitCode.Outside;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _error.WriteLine("Stopped.");
            return ExitCode.Wrong;
        }

        if (!parsed.GetValue(_common.Json))
        {
            ReportTable.Write(report, _out);
        }

        if (parsed.GetValue(_common.Save) is { } file)
        {
            await File.WriteAllLinesAsync(file.FullName, report.Lines, cancellationToken);
        }

        return report.Failed ? ExitCode.Wrong : ExitCode.Fine;
    }
}
