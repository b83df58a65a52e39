using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Storage;

/// <summary>A record as it stands in Redis, for people and programs to read.</summary>
public sealed record InvitationRecord
{
    /// <summary>The invitation with a later edit of the recipient's name applied.</summary>
    public required Invitation Invitation { get; init; }
    public required State State { get; init; }
    public required Status Status { get; init; }
    public string? Detail { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Attempts begun; 0: none yet.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it is due again; null unless it waits in <c>later</c>.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The peer's last reply.</summary>
    public string? Reply { get; init; }
    public string? AcceptedBy { get; init; }
    public required int Revision { get; init; }

    /// <summary>Worker that holds it; null: nobody.</summary>
    public string? Holder { get; init; }

    /// <summary>What of it can't be read, for people; the members that it would fill are empty. Null: it is sound.</summary>
    public string? Problem { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<TrailEntry> Trail { get; init; }
}

/// <summary>One transition. <paramref name="By"/> is a door, a worker, <c>return</c>, or who cancelled.</summary>
public sealed record TrailEntry(DateTimeOffset At, string? From, string To, string By, string? Reply);
