using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Dkim;

/// <summary>
/// The keys in <see cref="DkimOptions.Path"/>. Wakes once in <see cref="DkimOptions.PollInterval"/>, looks at the files' times, reads what
/// changed and swaps the whole set; ends when disposed. A file that becomes bad keeps its last good key, and says so once per change.
/// </summary>
/// <remarks>Look-ups see one consistent set and never wait.</remarks>
public sealed partial class DkimKeyRing : IDisposable
{
    private readonly string? _folder;
    private readonly ILogger _logger;
    private readonly Dictionary<string, (DkimEntry Entry, DkimKey? Key)> _loaded = [];
    private readonly ITimer? _timer;
    private readonly Lock _refreshing = new();
    private string? _unreadable;
    private volatile FrozenDictionary<string, DkimKey> _keys = FrozenDictionary<string, DkimKey>.Empty;

    /// <summary>Reads the folder at once, so that the first message is signed.</summary>
    public DkimKeyRing(IOptions<SmtpOptions> options, TimeProvider time, ILogger<DkimKeyRing> logger)
    {
        _folder = options.Value.Dkim.Path is { Length: > 0 } path ? Path.GetFullPath(path) : null;
        _logger = logger;
        if (_folder is not null)
        {
            Refresh();
            var interval = options.Value.Dkim.PollInterval;
            _timer = time.CreateTimer(static ring => ((DkimKeyRing)ring!).Refresh(), this, interval, interval);
        }
    }

    /// <summary>The key for a sender: of the tenant's DKIM domain, else of the address' domain or of the nearest one above it.</summary>
    /// <param name="address">The From address.</param>
    /// <param name="wished">The tenant's <c>dkimDomain</c>; null: none.</param>
    /// <returns>Null: there is none, and the message stays unsigned.</returns>
    internal DkimKey? Find(string address, string? wished)
    {
        var keys = _keys;
        if (keys.Count == 0)
        {
            return null;
        }

        var bySpan = keys.GetAlternateLookup<ReadOnlySpan<char>>();
        if (wished is not null && bySpan.TryGetValue(wished, out var own))
        {
            return own;
        }

        // A signature of a domain above it aligns too (RFC 7489 3.1.1). A top-level domain has no folder of ours.
        var domain = address.AsSpan(address.LastIndexOf('@') + 1);
        while (true)
        {
            if (bySpan.TryGetValue(domain, out var key))
            {
                return key;
            }

            var dot = domain.IndexOf('.');
            if (dot < 0)
            {
                return null;
            }

            domain = domain[(dot + 1)..];
        }
    }

    /// <summary>Looks for changes now.</summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            Refresh_NeedsLock();
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Refresh_NeedsLock()
    {
        List<DkimEntry> entries;
        try
        {
            entries = DkimFolder.List(_folder!);
            _unreadable = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What we know stays: better the old keys than no signature.
            if (_unreadable != e.Message)
            {
                LogUnreadable(_folder!, e.Message);
            }

            _unreadable = e.Message;
            return;
        }

        var changed = false;
        foreach (var gone in _loaded.Keys.Except(entries.Select(entry => entry.Path)).ToList())
        {
            changed |= _loaded.Remove(gone);
        }

        foreach (var entry in entries)
        {
            changed |= Load_NeedsLock(entry);
        }

        if (changed)
        {
            Choose_NeedsLock();
        }
    }

    private bool Load_NeedsLock(DkimEntry entry)
    {
        var known = _loaded.GetValueOrDefault(entry.Path);
        if (known.Entry == entry)
        {
            return false;
        }

        var key = DkimKeyFile.Read(entry.Path, out var fault);
        if (fault is not null)
        {
            LogBad(entry.Path, fault, known.Key is null ? "it does not sign" : "its last good key stays");
        }
        else if (key!.Bits < DkimKeyFile.GoodBits)
        {
            LogShort(entry.Path, key.Bits);
        }

        if (DkimKeyFile.IsExposed(entry.Path))
        {
            LogExposed(entry.Path);
        }

        _loaded[entry.Path] = (entry, key ?? known.Key);
        return true;
    }

    private void Choose_NeedsLock()
    {
        var newest = _loaded.Values.Where(loaded => loaded.Key is not null).GroupBy(loaded => loaded.Key!.Domain)
            .ToDictionary(group => group.Key, group => DkimFolder.Newest([.. group], loaded => loaded.Entry).Key!);
        foreach (var (domain, key) in newest)
        {
            if (!_keys.TryGetValue(domain, out var before) || before.Selector != key.Selector)
            {
                LogSigns(domain, key.Selector, key.Bits);
            }
        }

        _keys = newest.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
