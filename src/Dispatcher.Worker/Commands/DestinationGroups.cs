using Dispatcher.Core.Destinations;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary>Looks up a destination group by name.</summary>
internal static class DestinationGroups
{
    public static async ValueTask<DestinationGroup?> FindAsync(CommandContext context, string name, CancellationToken cancellationToken) =>
        (await context.Service<IDestinationStore>().ListAsync(cancellationToken)).FirstOrDefault(group => group.Group == name);

    /// <summary>A pause or a limit of a mistyped group would do nothing, and look as if it did.</summary>
    /// <returns>What to say; null: there is such a group.</returns>
    public static async ValueTask<string?> FindFaultAsync(CommandContext context, string name, CancellationToken cancellationToken)
    {
        var names = (await context.Service<IDestinationStore>().ListAsync(cancellationToken)).Select(group => group.Group).ToArray();
        return names.Contains(name) ? null
            : NearestName.Find(name, names) is { } nearest ? $"There is no destination group {name}; did you mean {nearest}?"
            : $"There is no destination group {name}; 'dispatcher destinations list' shows them.";
    }
}
