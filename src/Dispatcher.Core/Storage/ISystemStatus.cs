using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Storage;

/// <summary>Totals over all processes. Same errors and threading as <see cref="IInvitationStore"/>.</summary>
public interface ISystemStatus
{
    /// <summary>Returns when Redis answered; costs it next to nothing.</summary>
    ValueTask PingAsync(CancellationToken cancellationToken);

    /// <param name="tenants">Also each tenant's counts: a read for each tenant that there ever was.</param>
    ValueTask<SystemSnapshot> ReadAsync(bool tenants, CancellationToken cancellationToken);
}

public sealed record SystemSnapshot
{
    /// <summary>Redis' clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Unfinished invitations by state.</summary>
    public required IReadOnlyDictionary<State, long> Backlog { get; init; }

    /// <summary>Attempts whose outcome nobody knew, since the beginning.</summary>
    public required long Uncertain { get; init; }

    /// <summary>How many invitations of each tenant stand in each status, final ones since the beginning. Empty unless asked for.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<Status, long>> Tenants { get; init; }

    /// <summary>Entries still in the intake stream.</summary>
    public required long Intake { get; init; }

    /// <summary>Entries kept in <c>dispatch:rejected</c>.</summary>
    public required long Rejected { get; init; }

    /// <summary>What could be sent now if there were a free connection: queued, due, and unread at the door.</summary>
    public required long DueWork { get; init; }

    /// <summary>How long the oldest due invitation has waited; zero: nothing waits.</summary>
    public required TimeSpan OldestDue { get; init; }

    public required IReadOnlyList<WorkerSeen> Workers { get; init; }

    public long Unfinished => Backlog.Values.Sum();
}

/// <param name="Name">Worker name.</param>
/// <param name="LastHeartbeat">Age of the last heartbeat.</param>
/// <param name="Held">Invitations claimed or sending.</param>
public sealed record WorkerSeen(string Name, TimeSpan LastHeartbeat, long Held);
