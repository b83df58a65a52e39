using System.Text.Json.Nodes;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Redis;

/// <summary>Settings as they stand in <c>dispatch:tenants</c>: what differs from the defaults.</summary>
internal static class StoredTenant
{
    /// <exception cref="InvalidDataException">Not what this version writes.</exception>
    public static TenantSettings Read(string tenant, string json)
    {
        var stored = JsonNode.Parse(json);
        (stored as JsonObject)?.TryAdd("tenant", tenant);
        var read = TenantSettingsReader.Read(stored);
        return read is { Ok: true, Tenants: [var settings] } ? settings : throw new InvalidDataException($"settings of tenant {tenant} in Redis: {string.Join("; ", read.Problems)}; apply its file again");
    }
}
