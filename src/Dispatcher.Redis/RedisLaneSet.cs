using Dispatcher.Core.Pipeline;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis;

/// <summary>All lanes, as this worker sees them.</summary>
public sealed class RedisLaneSet(RedisConnection redis, QueueLanes lanes, IOptions<QueueOptions> options, WorkerName worker, TimeProvider time) : IDisposable
{
    private readonly RedisLane[] _lanes = [.. lanes.All.Select(keys => new RedisLane(redis, keys, options.Value, worker.Value, time))];

    public IReadOnlyList<ILane> Lanes => _lanes;

    public void Dispose() => Array.ForEach(_lanes, lane => lane.Dispose());
}
