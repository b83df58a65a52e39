using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Dispatcher.LoadTests.Scenarios;

namespace Dispatcher.LoadTests.Cli;

/// <summary>The library's help, followed by what a scenario shows, examples, and how to read the answer.</summary>
internal sealed class HelpWithExamples(HelpAction inner, IReadOnlyList<Scenario> scenarios) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => inner.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        inner.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (scenarios.FirstOrDefault(s => s.Name == parseResult.CommandResult.Command.Name) is { } scenario)
        {
            output.WriteLine(scenario.Story);
            output.WriteLine();
            output.WriteLine("Examples:");
            foreach (var example in scenario.Examples)
            {
                output.WriteLine($"  loadtests/run {example}");
            }

            output.WriteLine();
            return ExitCode.Fine;
        }

        output.WriteLine("Reading the answer:");
        output.WriteLine("  Each figure has its target beside it. 'no' in the last column is news, not a failure: machines differ, and figures of a");
        output.WriteLine("  --quick run mean nothing. A check that fails (something lost, or done twice) is a failure.");
        output.WriteLine();
        output.WriteLine("Exit codes:");
        output.WriteLine("  0 all checks hold, 1 a check failed, 2 wrong usage, 3 a server or program is missing");
        output.WriteLine();
        output.WriteLine("Examples:");
        output.WriteLine("  loadtests/run engine");
        output.WriteLine("  loadtests/run fairness --simulate --json | jq -c 'select(.kind == \"figure\")'");
        output.WriteLine("  loadtests/run flat --save flat.jsonl");
        output.WriteLine();
        return ExitCode.Fine;
    }
}
