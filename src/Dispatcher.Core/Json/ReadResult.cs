namespace Dispatcher.Core.Json;

/// <summary>The settings of one file, or every mistake in it.</summary>
/// <param name="Items">Empty when there is a mistake: a file counts as a whole or not at all.</param>
/// <param name="Problems">Each with its path: <c>tenants[0].rate.perSecond: …</c>.</param>
public record ReadResult<T>(IReadOnlyList<T> Items, IReadOnlyList<string> Problems)
{
    public bool Ok => Problems.Count == 0;
}
