using Dispatcher.Core.Destinations;

namespace Dispatcher.Core.Storage;

/// <summary>Destination groups as Redis holds them. A change of domains concerns what is accepted from then on, a change of limits
/// everything at once. Same errors and threading as <see cref="IInvitationStore"/>.</summary>
public interface IDestinationStore
{
    ValueTask<ApplyResult> ApplyAsync(DestinationGroup group, CancellationToken cancellationToken);

    /// <returns>False: there was no such group. What waits for it goes on without its limits.</returns>
    ValueTask<bool> RemoveAsync(string group, CancellationToken cancellationToken);

    /// <summary>By name.</summary>
    ValueTask<IReadOnlyList<DestinationGroup>> ListAsync(CancellationToken cancellationToken);
}
