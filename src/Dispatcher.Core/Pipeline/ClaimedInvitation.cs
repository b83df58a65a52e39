using Dispatcher.Core.Checks;

namespace Dispatcher.Core.Pipeline;

/// <summary>What a claim hands out.</summary>
public sealed record ClaimedInvitation
{
    public required string Key { get; init; }

    public required string Tenant { get; init; }

    public required string Id { get; init; }

    /// <summary>The producer's JSON, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Attempts begun before this claim.</summary>
    public required int Attempt { get; init; }

    /// <summary>Number of the last attempt of which nobody knows whether it was taken; 0: there is none.</summary>
    public int LastUncertain { get; init; }

    /// <summary>When the first attempt began; null: none yet.</summary>
    public DateTimeOffset? FirstAttempt { get; init; }

    /// <summary>See <c>RecordKey.OfRecipient</c>; empty: it has none.</summary>
    public string RecipientHash { get; init; } = "";

    public required FreshFacts Facts { get; init; }
}

/// <summary>What may change between claim and start.</summary>
/// <param name="EditedName">Lies over the body's recipient name; null: not edited.</param>
/// <param name="Revision">Grows with each edit.</param>
/// <param name="SuppressedReason">Null: the recipient may be written to, or that was not asked yet: a claim does not, a start and a drop do.</param>
/// <param name="Months">The tenant's sends by calendar month (<c>2026-11</c>); and under <see cref="Kickstart"/> the kickstart invitations that it has used.</param>
public sealed record FreshFacts(string? EditedName, int Revision, string? SuppressedReason, IReadOnlyDictionary<string, long> Months)
{
    /// <summary>Stands in the place of a month.</summary>
    public const string Kickstart = "kickstart";

    public FactMarks Marks { get; init; }

    public RecipientFacts Recipient { get; init; }
}
