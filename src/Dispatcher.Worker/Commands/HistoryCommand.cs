using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher history</c>: looks invitations up.</summary>
internal static class HistoryCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "history",
        "Look invitations up: what became of them, and why.",
        "dispatcher history list --tenant acme --status rejected",
        "dispatcher history show order-4711")
    {
        new HistoryListCommand().Create(application),
        new HistoryShowCommand().Create(application),
    };
}
