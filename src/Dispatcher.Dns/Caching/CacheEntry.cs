namespace Dispatcher.Dns.Caching;

/// <summary>What is known of one name and type, and the one look-up under way for it. Safe for concurrent calls.</summary>
internal sealed class CacheEntry(CacheKey key)
{
    private readonly Lock _flight = new();
    private volatile Held? _held;
    private volatile bool _used;
    private Task<object>? _underWay;

    public CacheKey Key => key;

    /// <summary>Written by the look-up under way, read by all.</summary>
    public Held? Held
    {
        get => _held;
        set => _held = value;
    }

    /// <summary>Asked for since the cache last looked for room.</summary>
    public bool Used
    {
        get => _used;
        set => _used = value;
    }

    /// <summary>The look-up under way, which is begun if there is none.</summary>
    /// <param name="lookUp">Must not throw; sets <see cref="Held"/> before it ends.</param>
    public Task<object> JoinOrStart(Func<CacheEntry, Task<object>> lookUp)
    {
        lock (_flight)
        {
            return _underWay ??= Task.Run(() => FlyAsync(lookUp));
        }
    }

    private async Task<object> FlyAsync(Func<CacheEntry, Task<object>> lookUp)
    {
        try
        {
            return await lookUp(this).ConfigureAwait(false);
        }
        finally
        {
            lock (_flight)
            {
                _underWay = null;
            }
        }
    }
}
