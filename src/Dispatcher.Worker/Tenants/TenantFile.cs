using System.Text.Json.Nodes;
using Dispatcher.Core.Tenants;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Dispatcher.Worker.Tenants;

/// <summary>
/// Reads a file of tenants: YAML or JSON (which is YAML), one tenant, a list, several documents, or the key <c>tenants</c>. Pure; safe for
/// concurrent calls; a broken file is a result, not an exception.
/// </summary>
public static class TenantFile
{
    /// <summary>Characters beyond which a file is refused: far more than 100,000 tenants need.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <param name="text">The file's content.</param>
    public static TenantReadResult Read(string text)
    {
        if (text.Length > MaxLength)
        {
            return Failed("is larger than 64 MB; split it");
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return TenantSettingsReader.Read(Join(stream.Documents));
        }
        catch (YamlException exception)
        {
            return Failed($"line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message}");
        }
    }

    /// <summary>Several documents are one list; a document that is itself a list adds its items.</summary>
    private static JsonNode? Join(IList<YamlDocument> documents)
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
            var items = node as JsonArray ?? (node as JsonObject)?["tenants"] as JsonArray;
            foreach (var item in items is null ? [node] : items.ToList())
            {
                items?.Remove(item);
                all.Add(item);
            }
        }

        return all;
    }

    private static TenantReadResult Failed(string problem) => new([], [problem]);
}
