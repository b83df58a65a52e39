namespace Dispatcher.Core.Statuses;

/// <summary>What a status tells people, in one language.</summary>
/// <param name="Title">A few words.</param>
/// <param name="Cause">One line: what happened.</param>
/// <param name="Remedy">One line: what to do about it.</param>
public sealed record StatusText(string Title, string Cause, string Remedy);
