using System.Text.Json.Nodes;
using Dispatcher.Smtp.Routing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

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
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count switch
            {
                0 => (null, null),
                1 => (new YamlToJson().Convert(stream.Documents[0].RootNode), null),
                _ => (null, "holds several documents; keep one"),
            };
        }
        catch (AnchorNotFoundException fault)
        {
            return (null, $"{fault.Message.TrimEnd('.')}; put quotes around a text that begins with * (\"*.example.com\")");
        }
        catch (YamlException fault)
        {
            return (null, $"line {fault.Start.Line}, column {fault.Start.Column}: {fault.Message}");
        }
    }

    private static string ReadShipped()
    {
        using var reader = new StreamReader(typeof(SmtpFiles).Assembly.GetManifestResourceStream(Shipped)!);
        return reader.ReadToEnd();
    }
}
