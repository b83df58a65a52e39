using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher address</c>: what becomes of mail to an address.</summary>
internal static class AddressCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "address",
        "Say whether an address is one, and why not.",
        "dispatcher address check eva@example.com")
    {
        new AddressCheckCommand().Create(application),
    };
}
