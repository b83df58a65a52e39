using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Json;

/// <summary>
/// Reads the values of one object, remembers which keys it was asked for, and reports mistakes with their path. A key with null counts as
/// absent.
/// </summary>
/// <param name="node">The object.</param>
/// <param name="path">Its own path with a dot at the end, or empty.</param>
/// <param name="problems">Takes the mistakes.</param>
internal sealed class NodeReader(JsonObject node, string path, ProblemList problems)
{
    private const int LongestKey = 80;
    private readonly List<string> _known = [];

    /// <summary>True: no key has a value.</summary>
    public bool IsEmpty => node.All(member => member.Value is null);

    /// <summary>True: the key has a value, right or wrong.</summary>
    public bool Has(string key) => Value(key) is not null;

    public string? Text(string key, Func<string, string?> findFault)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        if (NodeText.Of(value) is not { } text)
        {
            Problem(key, "must be a text; put quotes around it");
            return null;
        }

        if (findFault(text) is { } fault)
        {
            Problem(key, fault);
        }

        return text;
    }

    public TEnum? Code<TEnum>(string key)
        where TEnum : struct, Enum
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        if (NodeText.Of(value) is { } text && Codes.TryParse<TEnum>(text, out var code))
        {
            return code;
        }

        Problem(key, NearestName.OneOf(NodeText.Of(value), Codes.All<TEnum>()));
        return null;
    }

    public int? Integer(string key, int min, int max) =>
        (int?)Range(key, min, max, $"must be a whole number from {min} to {max}", whole: true);

    public double? Number(string key, double min, double max) => Range(
        key, min, max, string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}"), whole: false);

    public bool? Flag(string key)
    {
        switch (Value(key)?.GetValueKind())
        {
            case null:
                return null;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                Problem(key, "must be true or false");
                return null;
        }
    }

    public DateOnly? Date(string key)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        if (DateOnly.TryParseExact(NodeText.Of(value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Problem(key, "must be a date such as 2026-12-31");
        return null;
    }

    public NodeReader? Object(string key)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        if (value is JsonObject inner)
        {
            return new NodeReader(inner, $"{path}{key}.", problems);
        }

        Problem(key, "must hold keys with values");
        return null;
    }

    /// <summary>The objects of a list; other items are reported.</summary>
    public IEnumerable<NodeReader> Objects(string key)
    {
        var items = List(key);
        for (var index = 0; index < items?.Count; index++)
        {
            if (items[index] is JsonObject item)
            {
                yield return new NodeReader(item, $"{path}{key}[{index}].", problems);
            }
            else
            {
                Problem($"{key}[{index}]", "must hold keys with values");
            }
        }
    }

    /// <summary>True: the value is a text.</summary>
    public bool IsText(string key) => NodeText.Of(Value(key)) is not null;

    public JsonArray? List(string key)
    {
        var value = Value(key);
        if (value is not (null or JsonArray))
        {
            Problem(key, "must be a list");
        }

        return value as JsonArray;
    }

    /// <summary>Reports the key when it is absent.</summary>
    public void Require(string key)
    {
        if (Value(key) is null)
        {
            Problem(key, "is required");
        }
    }

    /// <summary>Reports the keys that nobody asked for. Call it last.</summary>
    public void RefuseUnknown()
    {
        foreach (var (key, _) in node)
        {
            if (!_known.Contains(key))
            {
                var nearest = NearestName.Find(key, _known);
                problems.Add(
                    node, key, path + CleanText.SingleLine(key.Length > LongestKey ? key[..LongestKey] + "…" : key),
                    nearest is null ? $"is not known; known are {string.Join(", ", _known)}" : $"is not known; did you mean {nearest}?");
            }
        }
    }

    /// <param name="key">Empty: the object itself.</param>
    /// <param name="what">What to do.</param>
    public void Problem(string key, string what) => problems.Add(node, key, key.Length == 0 ? path.TrimEnd('.') : path + key, what);

    private double? Range(string key, double min, double max, string otherwise, bool whole)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }

        if (value.GetValueKind() == JsonValueKind.Number && ToDouble(value) is { } number && number >= min && number <= max && (!whole || number == Math.Floor(number)))
        {
            return number;
        }

        Problem(key, otherwise);
        return null;
    }

    /// <summary>A node made in memory holds the number's own type, a parsed one its text; both write themselves alike.</summary>
    private static double? ToDouble(JsonNode value) =>
        double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private JsonNode? Value(string key)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }

        return node.TryGetPropertyValue(key, out var value) ? value : null;
    }
}
