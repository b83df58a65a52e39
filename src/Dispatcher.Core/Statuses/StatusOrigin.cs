namespace Dispatcher.Core.Statuses;

/// <summary>How a status comes about, and what it means for others.</summary>
/// <param name="DecidedBy">Names of checks, and what else decides. <c>start</c>: tested again when sending starts.</param>
/// <param name="Facts">What the decision looks at.</param>
/// <param name="Reserves">What is reserved, or remembered afterwards.</param>
/// <param name="Undone">How it, or what it reserved, is undone.</param>
/// <param name="SetUp">The least that leads to it.</param>
public sealed record StatusOrigin(Status Status, string DecidedBy, string Facts, string Reserves, string Undone, string SetUp);
