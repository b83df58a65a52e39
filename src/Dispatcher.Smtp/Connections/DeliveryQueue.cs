namespace Dispatcher.Smtp.Connections;

/// <summary>Messages that wait for a connection, in the order in which they came; those that came back go first. Under the pool's gate.</summary>
/// <remarks>Linked through the messages themselves: no garbage. Abandoned ones stay until they would be next. Bounded by the callers.</remarks>
internal sealed class DeliveryQueue
{
    private PendingDelivery? _first;
    private PendingDelivery? _last;

    public bool IsEmpty => _first is null;

    public void AddLast(PendingDelivery delivery)
    {
        delivery.Next = null;
        if (_first is null)
        {
            _first = delivery;
        }
        else
        {
            _last!.Next = delivery;
        }

        _last = delivery;
    }

    public void AddFirst(PendingDelivery delivery)
    {
        delivery.Next = _first;
        _first = delivery;
        _last ??= delivery;
    }

    /// <summary>Gives the next message to a connection.</summary>
    /// <param name="behind">It is to be said behind another, which not every message may.</param>
    public bool TryTake(SmtpConnection connection, bool behind, out Assignment taken)
    {
        while (_first is { } delivery && !(behind && !delivery.MayBePaired && !delivery.IsDone))
        {
            RemoveFirst();
            if (delivery.TryTake(connection, out var ticket))
            {
                taken = new Assignment(delivery, ticket);
                return true;
            }
        }

        taken = default;
        return false;
    }

    /// <summary>Takes out all but the first few.</summary>
    public List<PendingDelivery> RemoveAllBut(int few)
    {
        var all = new List<PendingDelivery>();
        while (_first is { } delivery)
        {
            RemoveFirst();
            if (!delivery.IsDone)
            {
                all.Add(delivery);
            }
        }

        var kept = Math.Min(few, all.Count);
        all.GetRange(0, kept).ForEach(AddLast);
        all.RemoveRange(0, kept);
        return all;
    }

    /// <summary>Takes out the message that has waited longest; null: none waits.</summary>
    public PendingDelivery? RemoveNext()
    {
        while (_first is { } delivery)
        {
            RemoveFirst();
            if (!delivery.IsDone)
            {
                return delivery;
            }
        }

        return null;
    }

    private void RemoveFirst()
    {
        var delivery = _first!;
        _first = delivery.Next;
        _last = _first is null ? null : _last;
        delivery.Next = null;
    }
}
