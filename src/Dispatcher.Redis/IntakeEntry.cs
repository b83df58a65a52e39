namespace Dispatcher.Redis;

/// <summary>One entry of the door.</summary>
/// <param name="Id">Stream entry id.</param>
/// <param name="Body">Field <c>invitation</c>; null: the entry has none.</param>
/// <param name="Raw">What to keep of it should it be rejected.</param>
public sealed record IntakeEntry(string Id, byte[]? Body, byte[] Raw)
{
    /// <summary>How long <see cref="Raw"/> would be, had it been read whole.</summary>
    public long Bytes { get; init; } = Raw.Length;
}

/// <summary>An entry that is no invitation, and why.</summary>
public sealed record RejectedEntry(IntakeEntry Entry, string Reason);
