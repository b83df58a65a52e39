using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher spf</c>: what the SPF records of sender domains say.</summary>
internal static class SpfCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "spf",
        "Ask what SPF says about a sender and an address (RFC 7208).",
        "dispatcher spf check --ip 192.0.2.1 --mail-from reviews@acme.example")
    {
        new SpfCheckCommand().Create(application),
    };
}
