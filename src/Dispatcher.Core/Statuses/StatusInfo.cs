namespace Dispatcher.Core.Statuses;

/// <summary>What is known about a status apart from its texts; see <see cref="StatusCatalog"/>.</summary>
/// <param name="Status">Never <see cref="Statuses.Status.Unset"/>.</param>
/// <param name="Code">As written outside, for example <c>limit-reached</c>.</param>
/// <param name="Group">Its table in the specification.</param>
/// <param name="IsFinal">True: the invitation is done, unless feedback changes it.</param>
/// <param name="Rank">
/// Order of statuses for late events: one of a higher rank replaces one of a lower, at equal rank the first stays. 0 is on the way.
/// </param>
public sealed record StatusInfo(Status Status, string Code, StatusGroup Group, bool IsFinal, int Rank);
