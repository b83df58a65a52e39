using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Smtp.Routing;

/// <summary>How files of routes and shaping rules are read, which is the host's choice.</summary>
/// <param name="Parse">From text to a tree, or what is wrong with the text. Safe for concurrent calls.</param>
/// <param name="ShippedShaping">Text of the shaping rules in force when no file is set; null: there are none.</param>
public sealed record SmtpFileFormat(Func<string, (JsonNode? Root, string? Fault)> Parse, string? ShippedShaping)
{
    /// <summary>JSON, and no shaping rules.</summary>
    public static SmtpFileFormat Json { get; } = new(ParseJson, null);

    private static (JsonNode? Root, string? Fault) ParseJson(string text)
    {
        try
        {
            return (JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }), null);
        }
        catch (JsonException fault)
        {
            return (null, $"is not well-formed JSON: {fault.Message}");
        }
        catch (InvalidOperationException)
        {
            // An escape may name half of a surrogate pair; for the name of a member only decoding tells.
            return (null, "holds half of a surrogate pair, which is no Unicode text");
        }
    }
}
