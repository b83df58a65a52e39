using Dispatcher.Core.States;

namespace Dispatcher.Core.Storage;

/// <summary>A lane: what waits where, and who works on it.</summary>
public sealed record LaneFacts
{
    public required int Lane { get; init; }

    /// <summary>The lane's clock: Redis' own, unless that was set back.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>By how much it is ahead of Redis' own since that was set back, and how long that will last.</summary>
    public TimeSpan ClockAhead { get; init; }
    public TimeSpan ClockAheadFor { get; init; }

    /// <summary>Unfinished invitations by state, as counted.</summary>
    public required IReadOnlyDictionary<State, long> States { get; init; }

    /// <summary>Queues that wait for their turn.</summary>
    public required long FlowsReady { get; init; }

    /// <summary>Queues that a tenant's limit or pause keeps back.</summary>
    public required long FlowsLimited { get; init; }

    /// <summary>Invitations with a due time, and how many of them it has passed.</summary>
    public required long Later { get; init; }
    public required long Overdue { get; init; }

    /// <summary>Overdue by more than a minute.</summary>
    public required long LongOverdue { get; init; }

    /// <summary>The next due time; in the past while something is overdue. Null: nothing waits.</summary>
    public required DateTimeOffset? NextDue { get; init; }
    public required IReadOnlyList<WorkerSeen> Workers { get; init; }

    /// <summary>Invitations that are being sent for longer than can be; of a sample of what workers hold.</summary>
    public required long SendingTooLong { get; init; }

    /// <summary>Entries of the event stream; an entry holds several events.</summary>
    public required long EventEntries { get; init; }

    /// <summary>Events in them, the oldest entry's left out.</summary>
    public required long EventsKept { get; init; }
    public required TimeSpan EventsAge { get; init; }

    /// <summary>Cancels and edits by filter that are under way.</summary>
    public required IReadOnlyList<RuleFacts> Rules { get; init; }

    /// <summary>What a comparison with the records found. Null: it could not be made, because of <see cref="NotCompared"/>.</summary>
    public required ReconcileReport? Order { get; init; }

    /// <summary>Null: it was compared.</summary>
    public string? NotCompared { get; init; }
}

/// <param name="Action"><c>cancel</c> or <c>edit</c>.</param>
/// <param name="Age">Since it began.</param>
/// <param name="Looked">Records that its walk has looked at.</param>
public sealed record RuleFacts(string Id, string Action, TimeSpan Age, long Looked);
