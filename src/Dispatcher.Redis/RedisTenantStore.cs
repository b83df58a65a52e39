using System.Text;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Redis;

/// <summary>Tenants' settings in <c>dispatch:tenants</c>; what the claim needs of them (weight, rate, concurrency) also in the tenant's lane.</summary>
public sealed class RedisTenantStore(RedisConnection redis, QueueLanes lanes, LaneLimits limits) : ITenantStore
{
    public async ValueTask<ApplyResult> ApplyAsync(TenantSettings settings, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        // Limits first: should this process end between the two, a re-apply still finds the settings changed.
        var values = LimitValues.Of(settings.Rate, settings.Concurrency, settings.Weight == 1 ? null : settings.Weight) with
        {
            Frequency = settings.Frequency?.Interval,
            MonthlyRule = settings.MonthlyRule,
        };
        await limits.SetAsync(QueueScope.Tenant(settings.Tenant), LimitLayer.Settings, values, cancellationToken).ConfigureAwait(false);
        return await StoredSettings.ApplyAsync(redis, DispatchKeys.Tenants, settings.Tenant, TenantSettingsWriter.WriteDifferences(settings), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<TenantSettings?> GetAsync(string tenant, CancellationToken cancellationToken)
    {
        var json = await redis.CallAsync(d => d.HashGetAsync(DispatchKeys.Tenants, tenant), cancellationToken).ConfigureAwait(false);
        return json.HasValue ? StoredTenant.Read(tenant, json!) : null;
    }

    public async ValueTask<IReadOnlyList<TenantSettings>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await redis.CallAsync(d => d.HashGetAllAsync(DispatchKeys.Tenants), cancellationToken).ConfigureAwait(false);
        return
        [
            .. all.Where(e => e.Name != DispatchKeys.RevisionField)
                .Select(e => StoredTenant.Read(e.Name!, e.Value!))
                .OrderBy(t => t.Tenant, StringComparer.Ordinal),
        ];
    }
}
