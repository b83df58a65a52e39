using System.ComponentModel.DataAnnotations;

namespace Dispatcher.Redis;

/// <summary>Section <c>Redis</c>: where Redis is.</summary>
public sealed class RedisOptions
{
    public const string Section = "Redis";

    /// <summary>StackExchange.Redis configuration string: <c>host:port,password=…,ssl=true</c>. Default <c>127.0.0.1:6379</c>.</summary>
    [Required]
    public string Configuration { get; set; } = "127.0.0.1:6379";

    /// <summary>Replicas that must have confirmed a change before it counts as made: an invitation as accepted, a start as allowed, an outcome as
    /// recorded. Fewer than these: the doors refuse and sending waits. Default 0: a failover may lose what was not replicated yet. 0 to 5; with
    /// one master alone, for in a cluster the client library cannot ask the right one.</summary>
    [Range(0, 5)]
    public int MinReplicas { get; set; }

    /// <summary>How long one call may take before it counts as failed. Default 5 s; 0.1 s to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
