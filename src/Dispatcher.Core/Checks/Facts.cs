namespace Dispatcher.Core.Checks;

/// <summary>What is known about an invitation's recipient and tenant, read in the same script call as the claim, and read again where something
/// stands against its start. Advisory: what must be atomic is tested and reserved when it is accepted or starts.</summary>
/// <param name="SuppressedReason">Why the recipient must not be written to; null: it may.</param>
/// <param name="SentThisMonth">What the tenant has used of its monthly limit.</param>
public readonly record struct Facts(string? SuppressedReason, long SentThisMonth)
{
    /// <summary>The present, as the worker knows it.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>How many of its kickstart invitations the tenant has used.</summary>
    public long KickstartUsed { get; init; }

    /// <summary>What else stands against it.</summary>
    public FactMarks Marks { get; init; }

    /// <summary>What is known of the recipient whoever writes.</summary>
    public RecipientFacts Recipient { get; init; }
}
