using System.Text.Json.Nodes;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Redis;

/// <summary>Settings as they stand in <c>dispatch:tenants</c>.</summary>
internal static class StoredTenant
{
    /// <exception cref="InvalidDataException">Not what this version writes.</exception>
    public static TenantSettings Read(string tenant, string json)
    {
        var read = TenantSettingsReader.Read(JsonNode.Parse(json));
        return read is { Ok: true, Tenants: [var settings] } ? settings : throw new InvalidDataException($"settings of tenant {tenant} in Redis: {string.Join("; ", read.Problems)}; apply its file again");
    }
}
