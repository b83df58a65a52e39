namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>What was found out about recipient domains, the newest <c>most</c> of them. Safe for concurrent calls.</summary>
internal sealed class KnownDomains(int most, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly LinkedList<Entry> _order = new(); // the one asked for last is first

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>What is known, however old; null: nothing.</summary>
    public Entry? Find(string domain)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(domain, out var node))
            {
                return null;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value;
        }
    }

    public bool IsFresh(Entry entry) => time.GetTimestamp() < entry.Until;

    public Entry Add(string domain, MxPlan plan, string destination)
    {
        lock (_gate)
        {
            if (_entries.Remove(domain, out var before))
            {
                _order.Remove(before);
            }

            while (_entries.Count >= most)
            {
                _entries.Remove(_order.Last!.Value.Domain);
                _order.RemoveLast();
            }

            var until = time.GetTimestamp() + (long)(plan.TimeToLive.TotalSeconds * time.TimestampFrequency);
            var entry = new Entry(domain, plan, destination, until);
            _entries[domain] = _order.AddFirst(entry);
            return entry;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _order.Clear();
        }
    }

    /// <param name="Destination">Key of its destination.</param>
    internal sealed record Entry(string Domain, MxPlan Plan, string Destination, long Until);
}
