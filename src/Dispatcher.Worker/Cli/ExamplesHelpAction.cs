using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Dispatcher.Worker.Cli;

/// <summary>The library's help, followed by the command's examples and where settings come from.</summary>
internal sealed class ExamplesHelpAction(HelpAction inner) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => inner.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        inner.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (command is ExampleCommand taught)
        {
            foreach (var remark in taught.Remarks)
            {
                output.WriteLine(remark);
                output.WriteLine();
            }

            output.WriteLine("Examples:");
            foreach (var example in taught.Examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        if (command is RootCommand)
        {
            output.WriteLine("Settings:");
            output.WriteLine("  Any setting may stand on the command line (--Redis:Configuration=127.0.0.1:6379), in the environment");
            output.WriteLine("  (Redis__Configuration), in the file given by --config, or in appsettings.json next to the program.");
            output.WriteLine("  'dispatcher settings' lists them all with what is in force.");
            output.WriteLine();
            output.WriteLine("Exit codes:");
            output.WriteLine("  0 fine, 1 the answer is no (or some of a batch are), 2 wrong usage or input, 3 something outside is away or full");
            output.WriteLine();
        }

        return ExitCode.Fine;
    }
}
