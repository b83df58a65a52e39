using System.Text.Json.Nodes;
using Dispatcher.Smtp.Routing;
using YamlDotNet.Core;

namespace Dispatcher.Worker.Files;

/// <summary>Files of routes and shaping rules are YAML of one document, or JSON, which is YAML.</summary>
internal static class SmtpFiles
{
    private const string Shipped = "shaping.yaml";

    public static SmtpFileFormat Format { get; } = new(Parse, ReadShipped());

    private static (JsonNode? Root, string? Fault) Parse(string text)
    {
        try
        {
            var yaml = new YamlToJson(new StringReader(text));
            var documents = yaml.ReadDocuments();
            return (documents.Count, yaml.Problems.Count) switch
            {
                (_, > 0) => (null, string.Join("; ", yaml.Problems)),
                (0, _) => (null, null),
                (1, _) => (documents[0], null),
                _ => (null, "holds several documents; keep one"),
            };
        }
        catch (YamlException broken)
        {
            return (null, YamlPlaces.Fault(broken));
        }
    }

    private static string ReadShipped()
    {
        using var reader = new StreamReader(typeof(SmtpFiles).Assembly.GetManifestResourceStream(Shipped)!);
        return reader.ReadToEnd();
    }
}
