using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Core.Tenants;
using YamlDotNet.Serialization;

namespace Dispatcher.Worker.Tenants;

/// <summary>Writes settings as the YAML that <c>tenants apply</c> reads.</summary>
internal static class TenantYaml
{
    public static string Write(TenantSettings settings) =>
        new SerializerBuilder().WithQuotingNecessaryStrings().Build().Serialize(Plain(JsonNode.Parse(TenantSettingsWriter.Write(settings)))!);

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject members => members.ToDictionary(member => member.Key, member => Plain(member.Value)),
        JsonArray items => items.Select(Plain).ToList(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => value.GetValue<decimal>(),
            _ => value.GetValue<string>(),
        },
        _ => null,
    };
}
