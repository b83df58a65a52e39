using System.ComponentModel.DataAnnotations;

namespace Dispatcher.Core.Pipeline;

/// <summary>Section <c>Worker</c>: the pipeline of one process.</summary>
public sealed class PipelineOptions
{
    public const string Section = "Worker";

    public const string DrainTimeoutKey = Section + ":" + nameof(DrainTimeout);

    /// <summary>How long SIGTERM waits for what is on the wire. Default 25 s; keep it below the pod's grace period. 0 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How much of the measured service rate is claimed ahead. Default 100 ms; 10 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan Prefetch { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Most invitations in the pipeline at once, whatever the rate. Default 4096; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MaxInPipeline { get; set; } = 4096;

    /// <summary>Most invitations of one claim. Default 128; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int ClaimBatch { get; set; } = 128;
}
