using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Dispatcher.Core.Json;
using YamlDotNet.Core;

namespace Dispatcher.Worker.Files;

/// <summary>
/// Reads a file of settings: YAML or JSON (which is YAML), one object, a list, several documents, or the key that holds a list. Pure; safe
/// for concurrent calls; a broken file is a result, not an exception.
/// </summary>
internal static class SettingsFile
{
    /// <summary>Octets beyond which a file is refused: far more than 100,000 tenants need.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private const string TooLarge = "is larger than 64 MB; split it";

    /// <param name="stream">The file; no more of it is read than may be.</param>
    public static ReadResult<T> Read<T>(Stream stream, SettingsFormat<T> format) =>
        BoundedInput.Read(stream, MaxLength) is not { } octets ? new([], [TooLarge])
        : !Utf8.IsValid(octets) ? new([], ["is not UTF-8; save it in that encoding"])
        : Read(Encoding.UTF8.GetString(octets), format);

    /// <param name="text">The file's content.</param>
    public static ReadResult<T> Read<T>(string text, SettingsFormat<T> format)
    {
        if (text.Length > MaxLength)
        {
            return new([], [TooLarge]);
        }

        if (text.Contains('\0'))
        {
            // The parser takes it for the end, and what stands behind would be left out without a word.
            return new([], ["holds a NUL character and so is no text"]);
        }

        var yaml = new YamlToJson(new StringReader(text.TrimStart('\uFEFF')));
        try
        {
            var root = Join(yaml.ReadDocuments(), format.ListKey);
            var read = format.Read(root, yaml.Places.Of);
            return yaml.Problems.Count == 0 ? read : new([], [.. yaml.Problems.Concat(read.Problems)]);
        }
        catch (YamlException broken)
        {
            return new([], [.. yaml.Problems, YamlPlaces.Fault(broken)]);
        }
    }

    /// <summary>Several documents are one list; a document that is itself a list adds its items.</summary>
    private static JsonNode? Join(List<JsonNode?> documents, string listKey)
    {
        var nodes = documents.Where(node => node is not null).ToList();
        if (nodes.Count <= 1)
        {
            return nodes.FirstOrDefault() ?? new JsonArray();
        }

        var all = new JsonArray();
        foreach (var node in nodes)
        {
            var items = node as JsonArray ?? (node as JsonObject)?[listKey] as JsonArray;
            foreach (var item in items is null ? [node] : items.ToList())
            {
                items?.Remove(item);
                all.Add(item);
            }
        }

        return all;
    }
}
