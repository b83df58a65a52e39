using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Stores settings by name in <c>dispatch:tenants</c> or <c>dispatch:destinations</c>, by <c>settings.lua</c>.</summary>
internal static class StoredSettings
{
    public static async Task<ApplyResult> ApplyAsync(RedisConnection redis, RedisKey key, string name, string json, CancellationToken cancellationToken)
    {
        // Over its maxmemory Redis refuses the script, and a worker that starts then must get past settings that are stored already. Who stored
        // them need not be waited for: the limits, which come first, have done so (Redis:MinReplicas).
        if (await redis.CallAsync(d => d.HashGetAsync(key, name, CommandFlags.DemandMaster), cancellationToken).ConfigureAwait(false) == json)
        {
            return ApplyResult.Unchanged;
        }

        var word = (await redis.RunAsync(Script.Settings, key, [name, json], cancellationToken).ConfigureAwait(false)).Text();
        return Codes.TryParse<ApplyResult>(word, out var result) && result != ApplyResult.Unset
            ? result
            : throw new InvalidOperationException($"settings.lua answered '{word}'");
    }
}
