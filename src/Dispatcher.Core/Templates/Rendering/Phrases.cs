using System.Collections.Frozen;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>Our own words in a message: <c>phrases.*.json</c>, one file a language.</summary>
internal sealed record Phrases
{
    private static readonly FrozenDictionary<string, Phrases> ByLanguage = LanguageFiles.Load<Phrases>("phrases", (own, _) => own);

    /// <summary>Shown when the recipient's name is not known.</summary>
    public required string Customer { get; init; }

    /// <summary>On the button that leads to a review.</summary>
    public required string Review { get; init; }

    /// <summary>For screen readers and pictures that are not shown: {0} is 1 to 5.</summary>
    public required string Stars { get; init; }

    /// <summary>{0} is the business.</summary>
    public required string LegalNotice { get; init; }

    public required string Unsubscribe { get; init; }

    public static IReadOnlyCollection<string> Languages => ByLanguage.Keys;

    /// <param name="locale">Language tag; null or a language without phrases: English.</param>
    public static Phrases For(string? locale)
    {
        if (locale is null)
        {
            return ByLanguage["en"];
        }

        var language = Text.Languages.Primary(locale).ToString().ToLowerInvariant();

        // "no" is the older tag that covers Bokmål and Nynorsk; both read Bokmål.
        return ByLanguage.GetValueOrDefault(language is "no" or "nn" ? "nb" : language) ?? ByLanguage["en"];
    }
}
