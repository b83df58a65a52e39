using System.CommandLine;

namespace Dispatcher.LoadTests.Cli;

/// <summary>Options of every scenario.</summary>
internal sealed class CommonOptions
{
    public Option<bool> Json { get; } = new("--json") { Description = "Write one JSON object a line instead of a table.", Recursive = true };

    public Option<bool> Quick { get; } = new("--quick")
    {
        Description = "A tiny size: shows that the scenario works, and measures nothing worth keeping.",
        Recursive = true,
    };

    public Option<FileInfo?> Save { get; } = new("--save")
    {
        Description = "Also write the JSON lines to a file: commit, machine, settings, command, figures, checks.",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<int> Seed { get; } = new("--seed")
    {
        Description = "Seed of everything random.",
        DefaultValueFactory = _ => 1,
        HelpName = "NUMBER",
        Recursive = true,
    };

    public Option<string?> Redis { get; } = new("--redis")
    {
        Description = "Use this server instead of one of its own. It must be on loopback and empty, and is emptied afterwards.",
        HelpName = "HOST:PORT",
        Recursive = true,
    };

    public IEnumerable<Option> All => [Json, Quick, Save, Seed, Redis];
}
