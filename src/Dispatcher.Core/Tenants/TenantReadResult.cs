namespace Dispatcher.Core.Tenants;

/// <summary>Tenants of one file, or every mistake in it.</summary>
/// <param name="Tenants">Empty when there is a mistake: a file counts as a whole or not at all.</param>
/// <param name="Problems">Each with its path: <c>tenants[0].rate.perSecond: …</c>.</param>
public sealed record TenantReadResult(IReadOnlyList<TenantSettings> Tenants, IReadOnlyList<string> Problems)
{
    public bool Ok => Problems.Count == 0;
}
