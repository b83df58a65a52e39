namespace Dispatcher.Core.Storage;

/// <summary>What a comparison of places and counters with the records found; with a repair, what it put right. Numbers of faults.</summary>
public sealed record ReconcileReport
{
    /// <summary>Keys that were looked at.</summary>
    public long Looked { get; init; }

    /// <summary>Queued invitations that stood in no queue.</summary>
    public long Queue { get; init; }

    /// <summary>Waiting invitations without their due time in <c>later</c>.</summary>
    public long Later { get; init; }

    /// <summary>Claimed or sending invitations that no worker held, and holders whom nobody could have judged.</summary>
    public long Held { get; init; }

    /// <summary>Entries of places that no record confirmed.</summary>
    public long Strays { get; init; }

    /// <summary>Flows that stood in the wrong set, or in none.</summary>
    public long Flows { get; init; }

    /// <summary>Counters that were wrong.</summary>
    public long Counters { get; init; }

    /// <summary>Records that have ended and stood where nobody would ever forget them.</summary>
    public long Ended { get; init; }

    /// <summary>Invitations that did not stand in the order of acceptance: no filter would have met them.</summary>
    public long Order { get; init; }

    /// <summary>Unfinished invitations whose state can't be read: nobody sends, ends or counts them. No fault, for only people can put them right.</summary>
    public long Unreadable { get; init; }

    /// <summary>The keys of the first of those states.</summary>
    public IReadOnlyList<string> UnreadableKeys { get; init; } = [];

    public long Faults => Queue + Later + Held + Strays + Flows + Counters + Ended + Order;

    public static ReconcileReport operator +(ReconcileReport one, ReconcileReport other) => new()
    {
        Looked = one.Looked + other.Looked,
        Queue = one.Queue + other.Queue,
        Later = one.Later + other.Later,
        Held = one.Held + other.Held,
        Strays = one.Strays + other.Strays,
        Flows = one.Flows + other.Flows,
        Counters = one.Counters + other.Counters,
        Ended = one.Ended + other.Ended,
        Order = one.Order + other.Order,
        Unreadable = one.Unreadable + other.Unreadable,
        UnreadableKeys = [.. one.UnreadableKeys, .. other.UnreadableKeys],
    };
}
