using System.Collections.Concurrent;

namespace Dispatcher.Dns.Caching;

/// <summary>
/// Entries up to a number; beyond it the oldest that nobody asked for since it was last passed over goes ("second chance"). Safe for
/// concurrent calls; a hit writes nothing that others read.
/// </summary>
internal sealed class AnswerCache(int most)
{
    /// <summary>Passed over at most, so that making room costs the same however busy all entries are.</summary>
    private const int MostChances = 16;

    private readonly ConcurrentDictionary<CacheKey, CacheEntry> _entries = new();

    // Holds each entry of the dictionary once: as bounded as that.
    private readonly ConcurrentQueue<CacheEntry> _order = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public CacheEntry GetOrAdd(CacheKey key)
    {
        if (_entries.TryGetValue(key, out var found))
        {
            if (!found.Used)
            {
                found.Used = true;
            }

            return found;
        }

        var entry = new CacheEntry(key);
        if (!_entries.TryAdd(key, entry))
        {
            return GetOrAdd(key);
        }

        _order.Enqueue(entry);
        if (Interlocked.Increment(ref _count) > most)
        {
            MakeRoom();
        }

        return entry;
    }

    private void MakeRoom()
    {
        for (var chances = MostChances; _order.TryDequeue(out var oldest); chances--)
        {
            if (oldest.Used && chances > 0)
            {
                oldest.Used = false;
                _order.Enqueue(oldest);
                continue;
            }

            _entries.TryRemove(oldest.Key, out _);
            Interlocked.Decrement(ref _count);
            return;
        }
    }
}
