using System.CommandLine;
using Dispatcher.Core.Destinations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher destinations</c>: recipient domains that share limits.</summary>
internal static class DestinationsCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "destinations",
        "Apply, list, show, limit and remove destination groups: recipient domains that share limits, over all tenants.",
        "dispatcher destinations apply -f destinations.yaml",
        "dispatcher destinations list",
        "dispatcher destinations show gmail",
        "dispatcher destinations limit gmail --per-second 20")
    {
        new SettingsApplyCommand<DestinationGroup>(
            SettingsFormat.Destinations,
            DestinationGroups.FindAsync,
            (context, group, cancellationToken) => context.Service<IDestinationStore>().ApplyAsync(group, cancellationToken)).Create(
            application,
            "Make destination groups as files say. With a mistake in any file nothing is applied; groups that no file names stay.",
            "dispatcher destinations apply -f gmail.yaml",
            "dispatcher destinations apply -f destinations/ --dry-run"),
        DestinationsListCommand.Create(application),
        new SettingsShowCommand<DestinationGroup>(
            SettingsFormat.Destinations,
            DestinationGroups.FindAsync,
            name => $"There is no destination group {name}.").Create(
            application,
            "Show a destination group as a file that can be applied again. Exit code 1: there is none.",
            "dispatcher destinations show gmail",
            "dispatcher destinations show gmail -o json"),
        new LimitCommand("group", QueueScope.Destination, DestinationGroups.FindFaultAsync, withWeight: false).Create(
            application,
            "Limit a destination group for a while, whatever its settings say.",
            "dispatcher destinations limit gmail --per-second 20 --burst 40",
            "dispatcher destinations limit gmail --concurrency 4",
            "dispatcher destinations limit gmail",
            "dispatcher destinations limit gmail --clear"),
        new DestinationsRemoveCommand().Create(application),
    };
}
