using System.Reflection;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Core.Checks;

/// <summary>
/// Throw-away mail services: the list that ships (source and licence: its head), the operator's file, and what a tenant adds. An exception,
/// whoever made it, goes before any list. Wakes once in <see cref="PollInterval"/>, looks at the file's time, and swaps the whole when it
/// changed; a file that can't be read keeps what it said last. Ends when disposed.
/// </summary>
/// <remarks>Look-ups see one consistent state, never wait and allocate nothing.</remarks>
public sealed partial class TemporaryDomains : IDisposable
{
    /// <summary>How often the file is looked at.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    /// <summary>Octets of a file: far more than all domains of this kind that are known.</summary>
    public const int MaxFileSize = 16 * 1024 * 1024;

    private static readonly Lazy<DomainLines> Shipped = new(ReadShipped);

    private readonly string? _file;
    private readonly ILogger _logger;
    private readonly Lock _refreshing = new();
    private readonly ITimer? _timer;
    private (DateTime Written, long Size) _stamp;
    private string? _unreadable;
    private volatile Lists _lists;

    /// <param name="options">Valid ones.</param>
    public TemporaryDomains(ChecksOptions options, TimeProvider time, ILogger<TemporaryDomains> logger)
        : this(options.DisposableDomainsFile, logger)
    {
        if (_file is not null)
        {
            _timer = time.CreateTimer(static domains => ((TemporaryDomains)domains!).Refresh(), this, PollInterval, PollInterval);
        }
    }

    private TemporaryDomains(string? file, ILogger logger)
    {
        _file = file is { Length: > 0 } ? Path.GetFullPath(file) : null;
        _logger = logger;
        _lists = Lists.Of(DomainLines.Empty);
        Refresh();
    }

    /// <summary>As they are now, for a command: nothing is watched.</summary>
    public static TemporaryDomains Load(string? file) => new(file, NullLogger.Instance);

    /// <summary>True when the domain, or one above it, is on a list, and none of them is an exception.</summary>
    /// <param name="domain">In any case, international ones in either form.</param>
    /// <param name="tenant">Null: the tenant has no lists of its own.</param>
    public bool Covers(ReadOnlySpan<char> domain, TenantDomains? tenant)
    {
        var lists = _lists;
        return (lists.Deny.Covers(domain) || (tenant is not null && tenant.DenySet.Covers(domain)))
            && !lists.Allow.Covers(domain)
            && !(tenant is not null && tenant.AllowSet.Covers(domain));
    }

    /// <summary>Looks for a change of the file now.</summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            if (_file is not null)
            {
                Refresh_NeedsLock(new FileInfo(_file));
            }
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Refresh_NeedsLock(FileInfo file)
    {
        try
        {
            if (!file.Exists || file.Length > MaxFileSize)
            {
                throw new IOException(file.Exists ? $"it is larger than {MaxFileSize / 1024 / 1024} MB" : "there is no such file");
            }

            var stamp = (file.LastWriteTimeUtc, file.Length);
            if (stamp != _stamp)
            {
                var lines = DomainLines.Read(File.ReadLines(file.FullName));
                _lists = Lists.Of(lines);
                _stamp = stamp;
                LogRead(file.FullName, lines.Deny.Count, lines.Allow.Count, lines.Bad.Count, lines.Bad.Count > 0 ? lines.Bad[0] : 0);
            }

            _unreadable = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_unreadable != e.Message)
            {
                LogUnreadable(file.FullName, e.Message);
            }

            _unreadable = e.Message;
        }
    }

    private static DomainLines ReadShipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("disposable-domains.txt")
            ?? throw new InvalidOperationException("The embedded list of throw-away domains is missing.");
        using var reader = new StreamReader(stream);
        return DomainLines.Read(reader.ReadToEnd().Split('\n'));
    }

    private sealed record Lists(DomainSet Deny, DomainSet Allow)
    {
        public static Lists Of(DomainLines further) => new(new DomainSet(Shipped.Value.Deny.Concat(further.Deny)), new DomainSet(further.Allow));
    }
}
