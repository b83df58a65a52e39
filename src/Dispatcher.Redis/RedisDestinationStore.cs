using System.Text.Json.Nodes;
using Dispatcher.Core.Destinations;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis;

/// <summary>Destination groups in <c>dispatch:destinations</c>; their limits also in every lane.</summary>
public sealed class RedisDestinationStore(RedisConnection redis, QueueLanes lanes, LaneLimits limits) : IDestinationStore
{
    public async ValueTask<ApplyResult> ApplyAsync(DestinationGroup group, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        // Limits first: should this process end between the two, a re-apply still finds the group changed.
        await limits.SetAsync(QueueScope.Destination(group.Group), LimitLayer.Settings, LimitValues.Of(group.Rate, group.Concurrency, null), cancellationToken).ConfigureAwait(false);
        return await StoredSettings.ApplyAsync(redis, DispatchKeys.Destinations, group.Group, DestinationGroupWriter.Write(group), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> RemoveAsync(string group, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        await limits.SetAsync(QueueScope.Destination(group), LimitLayer.Settings, LimitValues.None, cancellationToken).ConfigureAwait(false);
        var word = (await redis.RunAsync(Script.RemoveSettings, DispatchKeys.Destinations, [group], cancellationToken).ConfigureAwait(false)).Text();
        return word == "removed";
    }

    public async ValueTask<IReadOnlyList<DestinationGroup>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await redis.CallAsync(d => d.HashGetAllAsync(DispatchKeys.Destinations), cancellationToken).ConfigureAwait(false);
        return
        [
            .. all.Where(e => e.Name != DispatchKeys.RevisionField)
                .Select(e => Read((string)e.Name!, (string)e.Value!))
                .OrderBy(g => g.Group, StringComparer.Ordinal),
        ];
    }
    /// <exception cref="InvalidDataException">Not what this version writes.</exception>
    private static DestinationGroup Read(string name, string json) =>
        DestinationGroupReader.Read(JsonNode.Parse(json)) is { Ok: true, Items: [var group] } ? group : throw new InvalidDataException($"destination group {name} in Redis can't be read; apply its file again");
}
