using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Storage;

/// <summary>Tenants' settings as Redis holds them. Same errors and threading as <see cref="IInvitationStore"/>.</summary>
public interface ITenantStore
{
    ValueTask<ApplyResult> ApplyAsync(TenantSettings settings, CancellationToken cancellationToken);

    /// <returns>Null: no settings of its own (it has the defaults).</returns>
    ValueTask<TenantSettings?> GetAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>Those with settings of their own, by name.</summary>
    ValueTask<IReadOnlyList<TenantSettings>> ListAsync(CancellationToken cancellationToken);
}

public enum ApplyResult
{
    Unset = 0,
    Created,
    Configured,
    Unchanged,
}
