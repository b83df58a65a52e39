using System.Text;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Text;

namespace Dispatcher.Redis;

/// <summary>Tenants' settings in <c>dispatch:tenants</c>; what the claim needs of them (the weight) also in the tenant's lane.</summary>
public sealed class RedisTenantStore(RedisConnection redis, QueueLanes lanes) : ITenantStore
{
    public async ValueTask<ApplyResult> ApplyAsync(TenantSettings settings, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var weights = lanes.Of(settings.Tenant).Weights;
        // Weight first: should this process end between the two, a re-apply still finds the settings changed.
        await (settings.Weight == 1
            ? redis.CallAsync(d => d.HashDeleteAsync(weights, settings.Tenant), cancellationToken)
            : redis.CallAsync(d => d.HashSetAsync(weights, settings.Tenant, settings.Weight), cancellationToken)).ConfigureAwait(false);
        var json = TenantSettingsWriter.Write(settings);
        var word = (string)await redis.RunAsync(Script.Tenant, DispatchKeys.Tenants, [settings.Tenant, json], cancellationToken).ConfigureAwait(false);
        return Codes.TryParse<ApplyResult>(word, out var result) && result != ApplyResult.Unset
            ? result
            : throw new InvalidOperationException($"tenant.lua answered '{word}'");
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
