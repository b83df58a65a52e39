using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Dispatcher.Worker.Files;

/// <summary>
/// Reads YAML into JSON nodes by the core schema of YAML 1.2: plain <c>null</c>, <c>true</c>, numbers; everything in quotes, and all else
/// (<c>yes</c>, dates), is text. It works on the parser's events: nesting is bounded before it is followed, and aliases, which are copied, are
/// bounded in total, so that a small file can't unfold into a huge one. One use.
/// </summary>
internal sealed class YamlToJson(TextReader text)
{
    private const int MaxDepth = 32;

    /// <summary>Nodes that aliases may add: more than settings written by hand ever share.</summary>
    private const int MaxCopied = 100_000;

    private readonly Parser _parser = new(text);
    private readonly Dictionary<string, (JsonNode? Node, int Size)> _anchors = [];
    private readonly List<string> _problems = [];
    private int _nodes;
    private int _copied;

    public YamlPlaces Places { get; } = new();

    /// <summary>Mistakes that need not end the reading: keys that stand twice.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Every document; an empty one is null.</summary>
    /// <exception cref="YamlException">It is no YAML, too deep, unfolds into too much, or a key is no text.</exception>
    public List<JsonNode?> ReadDocuments()
    {
        var documents = new List<JsonNode?>();
        _parser.Consume<StreamStart>();
        while (!_parser.TryConsume<StreamEnd>(out _))
        {
            _parser.Consume<DocumentStart>();
            documents.Add(Read(0));
            _parser.Consume<DocumentEnd>();
            _anchors.Clear();
        }

        return documents;
    }

    private JsonNode? Read(int depth, bool inList = false)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Copy(alias);
        }

        var start = _parser.Consume<NodeEvent>();
        if (depth > MaxDepth)
        {
            throw new YamlException(start.Start, start.End, "nested too deeply");
        }

        var before = _nodes++;
        JsonNode? node = start switch
        {
            Scalar scalar => ValueOf(scalar),
            SequenceStart => List(depth),
            MappingStart => Mapping(depth),
            _ => throw new YamlException(start.Start, start.End, "a value is missing"),
        };
        if (node is JsonObject or JsonArray || (node is not null && inList))
        {
            // A key's own place does for other values.
            Places.Add(node, start.Start);
        }

        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor.Value] = (node, _nodes - before);
        }

        return node;
    }

    private JsonNode? Copy(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var anchor))
        {
            throw new AnchorNotFoundException(alias.Start, alias.End, $"there is no anchor {alias.Value.Value}");
        }

        _nodes += anchor.Size;
        if ((_copied += anchor.Size) > MaxCopied)
        {
            throw new YamlException(alias.Start, alias.End, "its aliases unfold into too much");
        }

        var copy = anchor.Node?.DeepClone();
        if (copy is not null)
        {
            Places.Add(copy, alias.Start);
        }

        return copy;
    }

    private JsonArray List(int depth)
    {
        var list = new JsonArray();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            list.Add(Read(depth + 1, inList: true));
        }

        return list;
    }

    private JsonObject Mapping(int depth)
    {
        var result = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                var wrong = _parser.Consume<NodeEvent>();
                throw new YamlException(wrong.Start, wrong.End, "a key must be a text");
            }

            if (result.TryAdd(key.Value, Read(depth + 1)))
            {
                Places.Add(result, key.Value, key.Start);
            }
            else
            {
                _problems.Add($"{YamlPlaces.Text(key.Start)}: the key {key.Value} stands twice (before: {Places.Of(result, key.Value)})");
            }
        }

        return result;
    }

    private static JsonValue? ValueOf(Scalar scalar)
    {
        var text = scalar.Value;
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
