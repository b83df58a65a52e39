using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Core.Json;

/// <summary>Text of nodes. Pure.</summary>
public static class NodeText
{
    /// <summary>The text of a scalar; null: it is none.</summary>
    public static string? Of(JsonNode? value)
    {
        try
        {
            return value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        }
        catch (InvalidOperationException)
        {
            // An escape may name half of a surrogate pair (\ud800), which is no text; only decoding tells.
            return null;
        }
    }
}
