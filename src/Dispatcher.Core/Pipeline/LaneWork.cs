using System.Collections.Concurrent;

namespace Dispatcher.Core.Pipeline;

/// <summary>What this worker has of one lane in its pipeline, by record key. Safe for concurrent use.</summary>
internal sealed class LaneWork
{
    private readonly ConcurrentDictionary<string, Work> _works = new(StringComparer.Ordinal);

    public int Count => _works.Count;

    public bool Knows(string key) => _works.ContainsKey(key);

    /// <returns>False: it is in the pipeline already (a claim that was repeated after its reply was lost).</returns>
    public bool Add(Work work) => _works.TryAdd(work.Key, work);

    public void Remove(Work work) => _works.TryRemove(new KeyValuePair<string, Work>(work.Key, work));
}
