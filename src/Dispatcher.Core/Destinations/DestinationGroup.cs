using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Destinations;

/// <summary>
/// Recipient domains that share limits, over all tenants and all workers: for example one mailbox provider. What belongs to no group has
/// no destination limits.
/// </summary>
public sealed record DestinationGroup
{
    /// <summary><c>^[a-z0-9][a-z0-9._-]{0,62}$</c>.</summary>
    public required string Group { get; init; }

    /// <summary>Domains in lower-case A-labels; <c>*.example.com</c> is every domain below example.com, and not itself.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    /// <summary>Null: no limit.</summary>
    public TenantRate? Rate { get; init; }

    /// <summary>Most attempts in workers' hands at once. Null: no limit.</summary>
    public int? Concurrency { get; init; }
}
