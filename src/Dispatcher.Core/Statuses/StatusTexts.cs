using System.Collections.Frozen;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Statuses;

/// <summary>The texts of <c>statuses.*.json</c>, by language and code.</summary>
internal static class StatusTexts
{
    private static readonly FrozenDictionary<string, Dictionary<string, StatusText>> ByLanguage =
        LanguageFiles.Load<Dictionary<string, StatusText>>("statuses", Complete);

    public static IReadOnlyCollection<string> Languages => ByLanguage.Keys;

    public static IReadOnlyDictionary<string, StatusText> For(string? locale) =>
        locale is not null && ByLanguage.TryGetValue(Text.Languages.Primary(locale).ToString().ToLowerInvariant(), out var texts)
            ? texts
            : ByLanguage["en"];

    private static Dictionary<string, StatusText> Complete(Dictionary<string, StatusText> language, Dictionary<string, StatusText> english)
    {
        foreach (var (code, text) in english)
        {
            language.TryAdd(code, text);
        }

        return language;
    }
}
