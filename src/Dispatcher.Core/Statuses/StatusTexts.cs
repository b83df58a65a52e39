using System.Collections.Frozen;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Statuses;

/// <summary>The texts of <c>statuses.*.json</c>, by language and code.</summary>
internal static class StatusTexts
{
    public const string English = "en";

    private static readonly FrozenDictionary<string, Dictionary<string, StatusText>> ByLanguage =
        LanguageFiles.Load<Dictionary<string, StatusText>>("statuses", Complete);

    public static IReadOnlyCollection<string> Languages => ByLanguage.Keys;

    /// <returns>The language of a locale; null: there are no texts in it.</returns>
    public static string? Find(string? locale) =>
        locale is not null && Text.Languages.Primary(locale).ToString().ToLowerInvariant() is var language && ByLanguage.ContainsKey(language) ? language : null;

    public static IReadOnlyDictionary<string, StatusText> For(string? locale) => ByLanguage[Find(locale) ?? English];

    private static Dictionary<string, StatusText> Complete(Dictionary<string, StatusText> language, Dictionary<string, StatusText> english)
    {
        foreach (var (code, text) in english)
        {
            language.TryAdd(code, text);
        }

        return language;
    }
}
