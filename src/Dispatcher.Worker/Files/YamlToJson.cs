using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Dispatcher.Worker.Files;

/// <summary>
/// Turns YAML nodes into JSON nodes by the core schema of YAML 1.2: plain <c>null</c>, <c>true</c>, numbers; everything in quotes, and all
/// else (<c>yes</c>, dates), is text. Aliases are copied; their total is bounded, so that a small file can't unfold into a huge one.
/// </summary>
internal sealed class YamlToJson
{
    private const int MaxNodes = 5_000_000;
    private const int MaxDepth = 32;
    private int _nodes;

    /// <exception cref="YamlException">Too deep, too many nodes, or a key that is no text.</exception>
    public JsonNode? Convert(YamlNode node, int depth = 0)
    {
        if (depth > MaxDepth || ++_nodes > MaxNodes)
        {
            throw new YamlException(node.Start, node.End, depth > MaxDepth ? "nested too deeply" : "unfolds into too much");
        }

        return node switch
        {
            YamlScalarNode scalar => Scalar(scalar),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(child => Convert(child, depth + 1))]),
            YamlMappingNode mapping => Mapping(mapping, depth),
            _ => throw new YamlException(node.Start, node.End, "an alias stands where a value is needed"),
        };
    }

    private JsonObject Mapping(YamlMappingNode mapping, int depth)
    {
        var result = new JsonObject();
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value
                ?? throw new YamlException(key.Start, key.End, "a key must be a text");
            if (!result.TryAdd(name, Convert(value, depth + 1)))
            {
                throw new YamlException(key.Start, key.End, $"the key {name} stands twice");
            }
        }

        return result;
    }

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(text);
        }

        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE":
                return JsonValue.Create(false);
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return JsonValue.Create(whole);
        }

        const NumberStyles Float = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            && (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
            ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }
}
