namespace Dispatcher.Core.Checks;

/// <summary>What is known about an invitation's recipient and tenant, read in the same script call as the claim. Advisory: what must be
/// atomic is tested again when sending starts.</summary>
/// <param name="SuppressedReason">Why the recipient must not be written to; null: it may.</param>
/// <param name="SentThisMonth">What the tenant has used of its monthly limit.</param>
public readonly record struct Facts(string? SuppressedReason, long SentThisMonth);
