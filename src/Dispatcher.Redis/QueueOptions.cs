using System.ComponentModel.DataAnnotations;

namespace Dispatcher.Redis;

/// <summary>Section <c>Queue</c>: the queue engine.</summary>
public sealed class QueueOptions
{
    public const string Section = "Queue";

    /// <summary>Lanes (hash tags). Default 1; with Redis Cluster a few per master. 1 to 256. Fixed once there is data.</summary>
    [Range(1, 256)]
    public int Lanes { get; set; } = 1;

    /// <summary>Seconds without a heartbeat until what a worker had claimed is given back; what it was sending waits four times as long.
    /// Default 5; 2 to 300.</summary>
    [Range(2, 300)]
    public int LeaseSeconds { get; set; } = 5;

    /// <summary>How long an id is remembered after its invitation ended. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan IdRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a final record is kept whole. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan FinalRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long events are kept while nothing has read them. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan EventRetention { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Most events kept in each lane. Default 1,000,000; at least 1000.</summary>
    [Range(1000, 1_000_000_000)]
    public int MaxEvents { get; set; } = 1_000_000;

    /// <summary>Most entries kept in <c>dispatch:rejected</c>. Default 100,000; at least 1.</summary>
    [Range(1, 100_000_000)]
    public int MaxRejected { get; set; } = 100_000;

    /// <summary>Most that <c>dispatch:rejected</c> holds, in MB: the oldest entries go. Default 256; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MaxRejectedMegabytes { get; set; } = 256;

    /// <summary>Entries of a tenant that one visit of the claim takes. Default 0: by the number of tenants that wait and the rate, 64 at most: all get their turn within about <c>Worker:Prefetch</c>; a fixed
    /// number costs Redis less with many tenants and makes each wait longer for its turn. 0 to 1000.</summary>
    [Range(0, 1000)]
    public int VisitEntries { get; set; }

    /// <summary>How often places and counters are compared with the records. Default 10 min; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Unfinished invitations at which the doors close. Default 5,000,000; 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxBacklog { get; set; } = 5_000_000;

    /// <summary>What this worker's name in Redis begins with; a random part of each start follows. Empty (default): host name and process id.</summary>
    [RegularExpression("^[A-Za-z0-9._:-]{0,100}$")]
    public string WorkerName { get; set; } = "";
}
