using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Core.Json;

/// <summary>
/// Reads one object of settings or a list of them from a tree of nodes, wherever it came from, and reports every mistake in one go. Pure;
/// safe for concurrent calls.
/// </summary>
/// <param name="listKey">The key that may hold the list, which is also the word for many: <c>tenants</c>.</param>
/// <param name="one">The word for one: <c>tenant</c>.</param>
/// <param name="readOne">Reads an object; reports to its node.</param>
/// <param name="findConflicts">What is wrong between the items of a file; reports to <paramref name="listKey"/>.</param>
internal sealed class SettingsListReader<T>(
    string listKey, string one, Func<NodeReader, T> readOne, Func<IReadOnlyList<T>, IEnumerable<string>> findConflicts)
{
    /// <summary>Nobody mends more at once.</summary>
    private const int MostProblems = 1_000;

    /// <param name="root">One object, a list, or an object with the one key that holds a list.</param>
    /// <param name="place">Null: places are not known.</param>
    public ReadResult<T> Read(JsonNode? root, NodePlace? place = null)
    {
        var problems = new ProblemList(MostProblems, place);
        var items = new List<T>();
        switch (root)
        {
            case JsonArray list:
                ReadList(list, items, problems);
                break;
            case JsonObject single when !single.ContainsKey(listKey):
                items.Add(readOne(new NodeReader(single, "", problems)));
                break;
            case JsonObject file:
                var reader = new NodeReader(file, "", problems);
                ReadList(reader.List(listKey) ?? [], items, problems);
                reader.RefuseUnknown();
                break;
            default:
                problems.Add("", $"must be a {one} or a list of {listKey}");
                break;
        }

        foreach (var conflict in findConflicts(items))
        {
            problems.Add(listKey, conflict);
        }

        return new(problems.Any ? [] : items, problems.All);
    }

    /// <summary>The same from JSON as text; broken JSON and keys that stand twice are problems too.</summary>
    public ReadResult<T> ReadJson(string json)
    {
        try
        {
            return Read(JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }));
        }
        catch (JsonException exception)
        {
            return new([], [$"is not well-formed JSON: {exception.Message}"]);
        }
        catch (InvalidOperationException)
        {
            // An escape may name half of a surrogate pair; for the name of a member only decoding tells.
            return new([], ["holds half of a surrogate pair, which is no Unicode text"]);
        }
    }

    private void ReadList(JsonArray list, List<T> items, ProblemList problems)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is JsonObject item)
            {
                items.Add(readOne(new NodeReader(item, $"{listKey}[{index}].", problems)));
            }
            else
            {
                problems.Add(list, $"[{index}]", $"{listKey}[{index}]", $"must be a {one}: keys with values");
            }
        }
    }
}
