using Dispatcher.Core.Addresses;

namespace Dispatcher.Core.Tenants;

/// <summary>
/// What a tenant takes for throw-away mail services beside the lists of all, and what it does not. Each domain covers all below it. Two with
/// the same lists are equal.
/// </summary>
/// <param name="allow">Never taken for one, whatever any list says. Well-formed domains.</param>
/// <param name="deny">Taken for one.</param>
public sealed class TenantDomains(IReadOnlyList<string> allow, IReadOnlyList<string> deny) : IEquatable<TenantDomains>
{
    /// <summary>Most domains of one list: every worker has the lists of all tenants in memory.</summary>
    public const int Most = 1_000;

    public IReadOnlyList<string> Allow { get; } = allow;

    public IReadOnlyList<string> Deny { get; } = deny;

    internal DomainSet AllowSet { get; } = new(allow);

    internal DomainSet DenySet { get; } = new(deny);

    public bool Equals(TenantDomains? other) => other is not null && Allow.SequenceEqual(other.Allow) && Deny.SequenceEqual(other.Deny);

    public override bool Equals(object? obj) => Equals(obj as TenantDomains);

    public override int GetHashCode() => HashCode.Combine(Allow.Count, Deny.Count, Allow.Concat(Deny).FirstOrDefault());
}
