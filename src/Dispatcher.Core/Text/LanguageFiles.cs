using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Dispatcher.Core.Text;

/// <summary>
/// Texts of the product, one embedded JSON file a language (<c>name.sv.json</c>): to add a language, add its file. A language that lacks
/// a text takes the English one.
/// </summary>
internal static class LanguageFiles
{
    /// <summary>Reads every file of a name. Called once at start by the class that owns the texts.</summary>
    /// <param name="name">The part before the language.</param>
    /// <param name="complete">Fills what a language lacks from English.</param>
    public static FrozenDictionary<string, T> Load<T>(string name, Func<T, T, T> complete)
    {
        var english = Read<T>($"{name}.en.json");
        return Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(file => file.StartsWith(name + ".", StringComparison.Ordinal) && file.EndsWith(".json", StringComparison.Ordinal))
            .ToFrozenDictionary(
                file => file[(name.Length + 1)..^".json".Length], file => complete(Read<T>(file), english), StringComparer.OrdinalIgnoreCase);
    }

    private static T Read<T>(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The embedded file {file} is missing.");
        return JsonSerializer.Deserialize<T>(stream, JsonSerializerOptions.Web)
            ?? throw new InvalidOperationException($"The embedded file {file} is empty.");
    }
}
