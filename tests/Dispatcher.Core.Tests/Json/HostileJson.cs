using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Dispatcher.Core.Tests.Json;

/// <summary>Makes of one good JSON object many that nobody writes in good faith.</summary>
internal static partial class HostileJson
{
    /// <summary>In place of a value, as raw JSON.</summary>
    private static readonly string[] Values =
    [
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"e\\u0301\\udfff\"", "{\"\\ud800\":1}", "{\"id\":1,\"id\":2}", "[\"\\ud800\",{\"\\udc00\":[]}]", "\"\\u0000\"", "\"\"",
        "1e999999", "-1e-999999", "123456789012345678901234567890", new('9', 20_000), "null", "true", "{}", "[]", "[[]]", "[null]", Nested("[", "]", 40),
        Nested("[", "]", 63), Nested("[", "]", 5_000), Nested("{\"a\":", "}", 5_000, "1"), "\"" + string.Concat(Enumerable.Repeat("\\ud800", 5_000)) + "\"",
        "\"" + new string('x', 20_000) + "\"",
    ];

    /// <summary>In front of an object's members, as raw JSON: names that only decoding shows to be no text.</summary>
    private static readonly string[] HalfNames = ["\\ud800", "i\\ud800", "id\\udc00", "\\u0069d\\ud800", "na\\udbffme", "\\ud83dx"];

    /// <summary>Half of a surrogate pair in a name, once in each object.</summary>
    public static IEnumerable<string> WithHalfNames(string good) =>
        from name in HalfNames
        from Match start in Start().Matches(good)
        select good.Insert(start.Index + 1, $"\"{name}\":1,");

    /// <summary>Each value once in place of each of the good ones; each member twice; cut off everywhere.</summary>
    public static IEnumerable<string> Variants(string good)
    {
        const string Mark = "@mark@";
        for (var place = 0; ; place++)
        {
            var root = JsonNode.Parse(good)!;
            if (Descendants(root).ElementAtOrDefault(place) is not { } node)
            {
                break;
            }

            node.ReplaceWith(Mark);
            foreach (var value in Values)
            {
                yield return root.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal);
            }
        }

        foreach (Match name in Name().Matches(good))
        {
            yield return good.Insert(name.Index, $"{name.Value}1,");
            yield return good.Insert(name.Index + 1, "\\ud800");
        }

        for (var length = 0; length < good.Length; length++)
        {
            yield return good[..length];
        }

        foreach (var value in Values)
        {
            yield return value;
        }
    }

    private static string Nested(string open, string close, int depth, string inner = "") =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));

    private static IEnumerable<JsonNode> Descendants(JsonNode node) => (node switch
    {
        JsonObject members => members.Select(member => member.Value),
        JsonArray items => items,
        _ => [],
    }).OfType<JsonNode>().SelectMany(child => Descendants(child).Prepend(child));

    [GeneratedRegex("""\{(?=\s*")""")]
    private static partial Regex Start();

    [GeneratedRegex("\"[A-Za-z]+\"\\s*:")]
    private static partial Regex Name();
}
