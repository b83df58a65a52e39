namespace Dispatcher.Simulators.Smtp;

/// <summary>Remembers which addresses were met before; forgets the oldest when there are too many. Safe for concurrent calls.</summary>
internal sealed class AddressMemory(int most)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _met = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<string> _order = new();

    /// <summary>True when the address was not remembered.</summary>
    public bool IsFirstTime(string address)
    {
        lock (_gate)
        {
            if (!_met.Add(address))
            {
                return false;
            }

            _order.Enqueue(address);
            if (_order.Count > most)
            {
                _met.Remove(_order.Dequeue());
            }

            return true;
        }
    }
}
