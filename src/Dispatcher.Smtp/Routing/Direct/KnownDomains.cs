using Dispatcher.Core.Sending.Routes;

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

    public Entry Add(string domain, MxPlan plan, Place place)
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
            var entry = new Entry(domain, plan, place, until);
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

    /// <param name="Place">What the rules make of the plan: worked out once, not for each message.</param>
    internal sealed record Entry(string Domain, MxPlan Plan, Place Place, long Until);

    /// <param name="Shaping">The rules that it is by; under others it is worked out anew.</param>
    /// <param name="Rule">That applies: the default's where none matches.</param>
    /// <param name="Destination">Key of its destination.</param>
    /// <param name="LimitsKey">Key of the limits that it shares.</param>
    internal sealed record Place(ShapingTable Shaping, ShapingRule Rule, string Destination, string LimitsKey);
}
