using System.CommandLine;

namespace Dispatcher.Worker.Cli;

/// <summary>A command whose help ends with examples to copy.</summary>
internal sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>True: the command runs a host, which itself listens to Ctrl-C and SIGTERM and drains.</summary>
    public bool RunsHost { get; init; }

    /// <summary>Paragraphs that stand only in the command's own help.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
