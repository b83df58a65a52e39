using System.Text.Json.Nodes;

namespace Dispatcher.Core.Json;

/// <summary>Says where a key stands in its file.</summary>
/// <param name="node">The object or list that holds it; a reference, not a value, decides.</param>
/// <param name="key">Its key; an index in brackets may follow, or stand alone for a list's item; empty: the node itself.</param>
/// <returns>For people: <c>line 3, column 5</c>. Null: nobody knows.</returns>
public delegate string? NodePlace(JsonNode node, string key);
