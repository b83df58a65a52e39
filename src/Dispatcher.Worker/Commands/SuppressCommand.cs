using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher suppress</c>: who must not be written to.</summary>
internal static class SuppressCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "suppress",
        "Say who must not be written to by a tenant. It is asked at the last moment before sending.",
        "dispatcher suppress add eva@example.com --tenant acme",
        "dispatcher suppress show eva@example.com --tenant acme",
        "dispatcher suppress remove eva@example.com --tenant acme")
    {
        new SuppressAddCommand().Create(application),
        new SuppressRemoveCommand().Create(application),
        new SuppressShowCommand().Create(application),
    };
}
