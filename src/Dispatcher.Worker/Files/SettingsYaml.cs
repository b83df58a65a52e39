using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Dispatcher.Worker.Files;

/// <summary>Writes settings as the YAML that <see cref="SettingsFile"/> reads.</summary>
internal static class SettingsYaml
{
    public static string Write<T>(T settings, SettingsFormat<T> format) =>
        new SerializerBuilder().WithQuotingNecessaryStrings().Build().Serialize(Plain(JsonNode.Parse(format.Write(settings, false)))!);

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
