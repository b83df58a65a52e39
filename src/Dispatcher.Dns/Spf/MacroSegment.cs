namespace Dispatcher.Dns.Spf;

/// <summary>A piece of a macro string: literal text, or a macro with its transformers (RFC 7208 section 7.1).</summary>
/// <param name="Literal">Null: it is a macro.</param>
/// <param name="Letter">Lower case.</param>
/// <param name="Escaped">The letter was upper case: the value is escaped for URLs.</param>
/// <param name="Parts">How many parts are kept, from the right; 0: all.</param>
/// <param name="Reversed">Parts in the opposite order, before some are kept.</param>
/// <param name="Delimiters">What parts are split at; empty: at dots.</param>
internal readonly record struct MacroSegment(
    string? Literal, char Letter = '\0', bool Escaped = false, int Parts = 0, bool Reversed = false, string Delimiters = "");
