using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace Dispatcher.Worker.Files;

/// <summary>Remembers where nodes and keys stood in their file.</summary>
internal sealed class YamlPlaces
{
    private readonly Dictionary<JsonNode, Mark> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(JsonObject Node, string Key), Mark> _keys = [];

    public static string Text(Mark mark) => string.Create(CultureInfo.InvariantCulture, $"line {mark.Line}, column {mark.Column}");

    /// <summary>What is wrong with a file that is no YAML, where, and what was probably meant.</summary>
    public static string Fault(YamlException broken) => broken is AnchorNotFoundException
        ? $"{Text(broken.Start)}: {broken.Message.TrimEnd('.')}; put quotes around a text that begins with * (\"*.example.com\")"
        : $"{Text(broken.Start)}: {broken.Message}";

    public void Add(JsonNode node, Mark mark) => _nodes[node] = mark;

    public void Add(JsonObject node, string key, Mark mark) => _keys[(node, key)] = mark;

    /// <inheritdoc cref="Core.Json.NodePlace"/>
    public string? Of(JsonNode node, string key)
    {
        var bracket = key.EndsWith(']') ? key.LastIndexOf('[') : -1;
        if (bracket >= 0 && int.TryParse(key.AsSpan(bracket + 1, key.Length - bracket - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            var list = bracket == 0 ? node as JsonArray : (node as JsonObject)?[key[..bracket]] as JsonArray;
            if (list is not null && index < list.Count && list[index] is { } item && _nodes.TryGetValue(item, out var itemMark))
            {
                return Text(itemMark);
            }

            key = key[..bracket];
        }

        return node is JsonObject holder && _keys.TryGetValue((holder, key), out var keyMark) ? Text(keyMark)
            : _nodes.TryGetValue(node, out var mark) ? Text(mark)
            : null;
    }
}
