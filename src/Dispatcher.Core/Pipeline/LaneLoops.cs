namespace Dispatcher.Core.Pipeline;

/// <summary>What this worker runs for one lane.</summary>
internal sealed record LaneLoops(ILane Lane, Lease Lease, LaneWork Work, Advancer Advancer, Claimer Claimer, Heartbeat Heartbeat, Promoter Promoter, Signal DueSoon);
