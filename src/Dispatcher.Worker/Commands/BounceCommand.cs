using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher bounce</c>: what servers say when they don't take a message.</summary>
internal static class BounceCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "bounce",
        "Say what replies of mail servers mean.",
        "dispatcher bounce classify --reply - < replies.txt",
        "grep status=bounced mail.log | dispatcher bounce classify --reply - --json")
    {
        new BounceClassifyCommand().Create(application),
    };
}
