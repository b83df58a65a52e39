using System.CommandLine;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher tenants show</c> and its like: settings as a file that can be applied again.</summary>
/// <param name="format">Of what.</param>
/// <param name="find">What Redis holds under the name.</param>
/// <param name="absent">What to say when it holds nothing.</param>
internal sealed class SettingsShowCommand<T>(
    SettingsFormat<T> format,
    Func<CommandContext, string, CancellationToken, ValueTask<T?>> find,
    Func<string, string> absent)
    where T : class
{
    private const string Yaml = "yaml";

    private readonly Argument<string> _name = new(format.NameKey.ToUpperInvariant()) { Description = $"The {format.NameKey}'s name." };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "As yaml or as json.",
        HelpName = "yaml|json",
        DefaultValueFactory = _ => Yaml,
    };

    public Command Create(CliApplication application, string description, params string[] examples)
    {
        _output.AcceptOnlyFromAmong(Yaml, "json");
        return application.Run(new ExampleCommand("show", description, examples) { _name, _output }, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Value(_name);
        var settings = await find(context, name, cancellationToken);
        if (settings is null)
        {
            context.Output.ErrorLine(absent(Cell.Plain(name)));
            return ExitCode.No;
        }

        // --json promises one line; -o json is for people who like JSON.
        context.Output.Line(context.Output.Json ? format.Write(settings, false)
            : context.Value(_output) == Yaml ? SettingsYaml.Write(settings, format).TrimEnd()
            : format.Write(settings, true));
        return ExitCode.Fine;
    }
}
