using System.Collections.Concurrent;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>Tenants in memory.</summary>
internal sealed class FakeTenantStore : ITenantStore
{
    public ConcurrentDictionary<string, TenantSettings> Tenants { get; } = new();

    /// <summary>So many calls fail first.</summary>
    public int AwayFor { get; set; }

    public ValueTask<ApplyResult> ApplyAsync(TenantSettings settings, CancellationToken cancellationToken)
    {
        if (AwayFor-- > 0)
        {
            throw new StorageUnavailableException("Redis at 127.0.0.1:6379 can't be reached: refused");
        }

        var result = !Tenants.TryGetValue(settings.Tenant, out var known) ? ApplyResult.Created
            : TenantSettingsWriter.Write(known) == TenantSettingsWriter.Write(settings) ? ApplyResult.Unchanged
            : ApplyResult.Configured;
        Tenants[settings.Tenant] = settings;
        return ValueTask.FromResult(result);
    }

    public ValueTask<TenantSettings?> GetAsync(string tenant, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Tenants.GetValueOrDefault(tenant));

    public ValueTask<IReadOnlyList<TenantSettings>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<TenantSettings>>([.. Tenants.Values.OrderBy(tenant => tenant.Tenant, StringComparer.Ordinal)]);
}
