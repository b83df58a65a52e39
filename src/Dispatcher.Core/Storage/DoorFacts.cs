namespace Dispatcher.Core.Storage;

/// <summary>The public door, stream <c>dispatch:intake</c>.</summary>
public sealed record DoorFacts
{
    public required long Entries { get; init; }

    /// <summary>Entries that nobody has read yet; null: Redis does not know.</summary>
    public required long? Lag { get; init; }

    /// <summary>How long the oldest unread entry has waited; zero: none is unread.</summary>
    public required TimeSpan OldestUnread { get; init; }
    public required IReadOnlyList<DoorReader> Readers { get; init; }

    /// <summary>Entries that were read and not acknowledged for more than a minute; a thousand at most are counted.</summary>
    public required long PendingLong { get; init; }

    /// <summary>Entries kept in <c>dispatch:rejected</c>.</summary>
    public required long Rejected { get; init; }
}

/// <param name="Pending">Entries that it has read and not acknowledged.</param>
/// <param name="Idle">Since it last asked.</param>
public sealed record DoorReader(string Worker, long Pending, TimeSpan Idle);
