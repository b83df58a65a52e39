using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>Our own words in a message: <c>phrases.*.json</c>, one file a language.</summary>
internal sealed record Phrases
{
    private static readonly FrozenDictionary<string, Phrases> ByLanguage = LanguageFiles.Load<Phrases>("phrases", (own, _) => own);

    private static readonly FrozenDictionary<string, Phrases>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByLanguage.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly Phrases English = ByLanguage["en"];

    private PhraseBytes? _bytes;

    /// <summary>Shown when the recipient's name is not known.</summary>
    public required string Customer { get; init; }

    /// <summary>On the button that leads to a review.</summary>
    public required string Review { get; init; }

    /// <summary>For screen readers and pictures that are not shown: {0} is 1 to 5.</summary>
    public required string Stars { get; init; }

    /// <summary>{0} is the business.</summary>
    public required string LegalNotice { get; init; }

    public required string Unsubscribe { get; init; }

    /// <summary>The same as UTF-8, escaped once. Two threads may make it at the same time: the two are alike.</summary>
    [JsonIgnore]
    public PhraseBytes Bytes => _bytes ??= new(this);

    public static IReadOnlyCollection<string> Languages => ByLanguage.Keys;

    /// <param name="locale">Language tag; null or a language without phrases: English.</param>
    public static Phrases For(string? locale)
    {
        if (locale is null)
        {
            return English;
        }

        // "no" is the older tag that covers Bokmål and Nynorsk; both read Bokmål.
        var language = Text.Languages.Primary(locale);
        var known = language.Equals("no", StringComparison.OrdinalIgnoreCase) || language.Equals("nn", StringComparison.OrdinalIgnoreCase) ? "nb" : language;
        return BySpan.TryGetValue(known, out var phrases) ? phrases : English;
    }
}
