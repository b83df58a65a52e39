using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Storage;

/// <summary>
/// What an operator sets while everything runs: pauses and temporary limits. Kept apart from tenants' and destinations' settings, so that
/// applying those again changes nothing here. In force at once for claims and for starts; no worker is restarted. Same errors and
/// threading as <see cref="IInvitationStore"/>.
/// </summary>
public interface IQueueControl
{
    /// <summary>Nothing of the scope is started until it is resumed; what is on the wire ends as usual. Idempotent.</summary>
    ValueTask PauseAsync(QueueScope scope, CancellationToken cancellationToken);

    /// <summary>Idempotent.</summary>
    ValueTask ResumeAsync(QueueScope scope, CancellationToken cancellationToken);

    /// <summary>Replaces the scope's temporary limits; null lets the settings rule again. Not for <see cref="QueueScope.All"/>.</summary>
    ValueTask LimitAsync(QueueScope scope, TemporaryLimits? limits, CancellationToken cancellationToken);

    /// <summary>Every scope that is paused or has temporary limits, by kind and name.</summary>
    ValueTask<IReadOnlyList<ScopeState>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>What a pause or a temporary limit is for. <paramref name="Name"/> is null for all, else a tenant or a destination group.</summary>
public readonly record struct QueueScope(QueueScopeKind Kind, string? Name)
{
    public static QueueScope All { get; } = new(QueueScopeKind.All, null);

    public static QueueScope Tenant(string tenant) => new(QueueScopeKind.Tenant, tenant);

    public static QueueScope Destination(string group) => new(QueueScopeKind.Destination, group);
}

public enum QueueScopeKind
{
    Unset = 0,
    All,
    Tenant,
    Destination,
}

/// <summary>Limits that stand above the settings' until they are taken away. Null members leave the settings' value in force.</summary>
public sealed record TemporaryLimits
{
    public TenantRate? Rate { get; init; }

    /// <summary>Most attempts in workers' hands at once; at least 1.</summary>
    public int? Concurrency { get; init; }

    /// <summary>0.01 to 1000; tenants only.</summary>
    public double? Weight { get; init; }
}

/// <param name="PausedAt">Null: not paused.</param>
public sealed record ScopeState(QueueScope Scope, DateTimeOffset? PausedAt, TemporaryLimits? Limits);
