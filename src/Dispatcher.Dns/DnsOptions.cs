using System.ComponentModel.DataAnnotations;

namespace Dispatcher.Dns;

/// <summary>Section <c>Dns</c>: who looks names up for us, and how long answers are held.</summary>
public sealed class DnsOptions
{
    public const string Section = "Dns";

    /// <summary>Resolvers that are asked, in their order, as <c>address</c>, <c>address:port</c> or <c>[address]:port</c>; a list, or one
    /// text with commas. Default none: those of <c>/etc/resolv.conf</c>.</summary>
    public IList<string> Servers { get; } = [];

    /// <summary>How long one look-up may take, all servers and repeats included. Default 5 s; 1 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00", ErrorMessage = "Dns:Timeout must be 1 ms to 5 min (00:05:00).")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often each server is asked before a look-up has failed. Default 2; 1 to 10.</summary>
    [Range(1, 10, ErrorMessage = "Dns:Attempts must be 1 to 10.")]
    public int Attempts { get; set; } = 2;

    /// <summary>Most queries under way at once. Default 256; 1 to 10,000.</summary>
    [Range(1, 10_000, ErrorMessage = "Dns:Concurrency must be 1 to 10000.")]
    public int Concurrency { get; set; } = 256;

    /// <summary>Most answers held. Default 100,000, some 50 MB; 100 to 10 million.</summary>
    [Range(100, 10_000_000, ErrorMessage = "Dns:CacheEntries must be 100 to 10000000.")]
    public int CacheEntries { get; set; } = 100_000;

    /// <summary>An answer is held at least so long, whatever its record says. Default 1 s; up to <see cref="MaxTtl"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Dns:MinTtl must be 0 to 1 h (01:00:00).")]
    public TimeSpan MinTtl { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>An answer is held at most so long; "there is no such record" at most 3 h of it (RFC 2308). Default 1 day; up to 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "Dns:MaxTtl must be 1 s to 7 days (7.00:00:00).")]
    public TimeSpan MaxTtl { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long after its time an answer may still be used when nobody answers any more (RFC 8767). Default 1 day; 0 switches it
    /// off; up to 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00", ErrorMessage = "Dns:MaxStale must be 0 to 7 days (7.00:00:00).")]
    public TimeSpan MaxStale { get; set; } = TimeSpan.FromDays(1);
}
