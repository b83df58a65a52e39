using System.Collections.Concurrent;
using Dispatcher.Core.Destinations;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>Destination groups in memory.</summary>
internal sealed class FakeDestinationStore : IDestinationStore
{
    public ConcurrentDictionary<string, DestinationGroup> Groups { get; } = new();

    /// <summary>So many calls fail first.</summary>
    public int AwayFor { get; set; }

    public void Put(string group, params string[] domains) => Groups[group] = new() { Group = group, Domains = domains };

    public ValueTask<ApplyResult> ApplyAsync(DestinationGroup group, CancellationToken cancellationToken)
    {
        if (AwayFor-- > 0)
        {
            throw new StorageUnavailableException("Redis at 127.0.0.1:6379 can't be reached: refused");
        }

        var result = !Groups.TryGetValue(group.Group, out var known) ? ApplyResult.Created
            : DestinationGroupWriter.Write(known) == DestinationGroupWriter.Write(group) ? ApplyResult.Unchanged
            : ApplyResult.Configured;
        Groups[group.Group] = group;
        return ValueTask.FromResult(result);
    }

    public ValueTask<bool> RemoveAsync(string group, CancellationToken cancellationToken) => ValueTask.FromResult(Groups.TryRemove(group, out _));

    public ValueTask<IReadOnlyList<DestinationGroup>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<DestinationGroup>>([.. Groups.Values.OrderBy(group => group.Group, StringComparer.Ordinal)]);
}
