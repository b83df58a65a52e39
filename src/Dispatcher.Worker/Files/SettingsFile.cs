using System.Text.Json.Nodes;
using Dispatcher.Core.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Dispatcher.Worker.Files;

/// <summary>
/// Reads a file of settings: YAML or JSON (which is YAML), one object, a list, several documents, or the key that holds a list. Pure; safe
/// for concurrent calls; a broken file is a result, not an exception.
/// </summary>
internal static class SettingsFile
{
    /// <summary>Characters beyond which a file is refused: far more than 100,000 tenants need.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <param name="text">The file's content.</param>
    public static ReadResult<T> Read<T>(string text, SettingsFormat<T> format)
    {
        if (text.Length > MaxLength)
        {
            return new([], ["is larger than 64 MB; split it"]);
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return format.Read(Join(stream.Documents, format.ListKey));
        }
        catch (AnchorNotFoundException exception)
        {
            return new([], [$"{exception.Message.TrimEnd('.')}; put quotes around a text that begins with * (\"*.example.com\")"]);
        }
        catch (YamlException exception)
        {
            return new([], [$"line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message}"]);
        }
    }

    /// <summary>Several documents are one list; a document that is itself a list adds its items.</summary>
    private static JsonNode? Join(IList<YamlDocument> documents, string listKey)
    {
        var converter = new YamlToJson();
        var nodes = documents.Select(document => converter.Convert(document.RootNode)).Where(node => node is not null).ToList();
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
