namespace Dispatcher.Core.Pipeline;

/// <summary>What the pipeline must know of the queue engine's lease.</summary>
/// <param name="SafeFor">How long after a confirmed heartbeat nobody else can have judged this worker's attempts.</param>
public sealed record LeaseOptions(TimeSpan SafeFor)
{
    /// <summary>Four fifths of the lease: the rest is for clocks, pauses and the call itself.</summary>
    public static LeaseOptions Of(TimeSpan lease) => new(lease * 0.8);
}
