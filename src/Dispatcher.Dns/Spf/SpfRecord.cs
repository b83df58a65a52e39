using System.Collections.Immutable;

namespace Dispatcher.Dns.Spf;

/// <summary>A parsed record. Immutable.</summary>
/// <param name="Redirect">Null: none.</param>
/// <param name="Explanation">The domain of <c>exp</c>; null: none.</param>
internal sealed record SpfRecord(ImmutableArray<SpfDirective> Directives, MacroString? Redirect, MacroString? Explanation)
{
    private const string Version = "v=spf1";

    /// <summary>True for texts that are SPF records, sound or not (RFC 7208 section 4.5).</summary>
    public static bool IsOne(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <param name="text">One for which <see cref="IsOne"/> is true.</param>
    /// <param name="fault">What is wrong with it, for people; empty when it is sound.</param>
    /// <returns>Null: a syntax error anywhere (RFC 7208 section 4.6).</returns>
    public static SpfRecord? Parse(string text, out string fault) => new SpfRecordParser().Parse(text.AsSpan(Version.Length), out fault);
}
