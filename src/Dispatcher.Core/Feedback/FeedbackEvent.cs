namespace Dispatcher.Core.Feedback;

/// <summary>One normalised event (contracts, section 3): what happened to an invitation after it was sent, or what a recipient did. Names one invitation by
/// <see cref="Id"/> (with <see cref="Tenant"/>) or <see cref="RecordKey"/>, or a recipient.</summary>
public sealed record FeedbackEvent
{
    public required FeedbackKind Kind { get; init; }

    /// <summary>Null: only where <see cref="RecordKey"/> names the invitation, or the scope is everybody.</summary>
    public string? Tenant { get; init; }

    public string? Id { get; init; }

    /// <summary>What stands before the @ of our Message-ID.</summary>
    public string? RecordKey { get; init; }

    /// <summary>E-mail address or phone number.</summary>
    public string? Recipient { get; init; }

    /// <summary>When it happened; null: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>In words: for a bounce what the server said; for a receipt <c>delivered</c> or <c>failed</c>, and why.</summary>
    public string? Detail { get; init; }

    /// <summary>For <see cref="FeedbackKind.Unsubscribe"/>.</summary>
    public FeedbackScope Scope { get; init; }

    /// <summary>Which attempt it is about; null: not known. What concerns an older one than the newest changes nothing.</summary>
    public int? Attempt { get; init; }
}
