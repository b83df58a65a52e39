namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>Lets a few messages find out where a domain's mail goes before the others follow: nobody knows yet whether it answers. Safe for
/// concurrent calls.</summary>
internal sealed class NewDomains(TimeProvider time)
{
    /// <summary>Messages for a domain that may go in a window.</summary>
    public const int Few = 4;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private const int Most = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Count, long Since)> _met = new(StringComparer.OrdinalIgnoreCase);

    public bool Admit(string domain)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var (count, since) = _met.TryGetValue(domain, out var met) && time.GetElapsedTime(met.Since, now) < Window ? met : (0, now);
            if (count >= Few)
            {
                return false;
            }

            if (_met.Count >= Most)
            {
                _met.Clear();
            }

            _met[domain] = (count + 1, since);
            return true;
        }
    }

    /// <summary>It is known now.</summary>
    public void Learned(string domain)
    {
        lock (_gate)
        {
            _met.Remove(domain);
        }
    }
}
