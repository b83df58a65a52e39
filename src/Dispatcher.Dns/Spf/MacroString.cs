using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Dispatcher.Dns.Spf;

/// <summary>
/// A text with macros, parsed (RFC 7208 section 7.1): the domain of a mechanism, or an explanation. Immutable. Parsing is a single pass over the text
/// and never throws for any input.
/// </summary>
internal sealed class MacroString
{
    private const string Letters = "slodiphv";

    /// <summary>Only in explanations (section 7.2).</summary>
    private const string ExplanationLetters = "crt";

    private static readonly SearchValues<char> DelimiterCharacters = SearchValues.Create(".-+,/_=");

    private MacroString(ImmutableArray<MacroSegment> segments) => Segments = segments;

    public ImmutableArray<MacroSegment> Segments { get; }

    /// <summary>The text when it has no macro, else null.</summary>
    public string? Constant => Segments switch
    {
        [] => "",
        [{ Literal: { } text }] => text,
        _ => null,
    };

    /// <summary><c>domain-spec</c>: must end with a macro or a top label, below at least one dot.</summary>
    public static MacroString? ParseDomain(ReadOnlySpan<char> text, out string fault)
    {
        if (text.IsEmpty)
        {
            fault = "a domain is missing";
            return null;
        }

        var endsInMacro = false;
        var tail = 0;
        if (Parse(text, Letters, '!', out fault, ref endsInMacro, ref tail) is not { } parsed)
        {
            return null;
        }

        if (endsInMacro || HasTopLabel(text[tail..]))
        {
            return parsed;
        }

        fault = $"'{text}' is not a domain";
        return null;
    }

    /// <summary><c>explain-string</c>: spaces are allowed, and three letters more.</summary>
    public static MacroString? ParseExplanation(ReadOnlySpan<char> text, out string fault)
    {
        var (endsInMacro, tail) = (false, 0);
        return Parse(text, Letters + ExplanationLetters, ' ', out fault, ref endsInMacro, ref tail);
    }

    /// <summary><c>macro-string</c> of a modifier that nobody knows: any letter will do.</summary>
    public static MacroString? ParseUnknown(ReadOnlySpan<char> text, out string fault)
    {
        var (endsInMacro, tail) = (false, 0);
        return Parse(text, Letters + ExplanationLetters, '!', out fault, ref endsInMacro, ref tail);
    }

    /// <param name="least">The lowest character that is allowed.</param>
    /// <param name="endsInMacro">Whether the last thing is a macro or one of the escapes.</param>
    /// <param name="tail">Where the literal text after it begins.</param>
    private static MacroString? Parse(
        ReadOnlySpan<char> text, string letters, char least, out string fault, ref bool endsInMacro, ref int tail)
    {
        var segments = ImmutableArray.CreateBuilder<MacroSegment>();
        var literal = new StringBuilder();
        fault = "";
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (c < least || c > '~')
            {
                fault = "it holds a character that is not allowed";
                return null;
            }

            if (c != '%')
            {
                literal.Append(c);
                endsInMacro = false;
                at++;
                continue;
            }

            var next = at + 1 < text.Length ? text[at + 1] : '\0';
            switch (next)
            {
                case '%' or '_' or '-':
                    literal.Append(next switch { '%' => "%", '_' => " ", _ => "%20" });
                    at += 2;
                    break;
                case '{' when text[at..].IndexOf('}') is > 0 and var length && ParseMacro(text.Slice(at + 2, length - 2), letters) is { } macro:
                    Flush(segments, literal);
                    segments.Add(macro);
                    at += length + 1;
                    break;
                default:
                    fault = "a % begins no macro that is known here (write %% for the sign itself)";
                    return null;
            }

            endsInMacro = true;
            tail = at;
        }

        Flush(segments, literal);
        return new MacroString(segments.DrainToImmutable());
    }

    /// <summary>What stands between the braces: letter, digits, <c>r</c>, delimiters.</summary>
    private static MacroSegment? ParseMacro(ReadOnlySpan<char> text, string letters)
    {
        if (text.IsEmpty || !letters.Contains(char.ToLowerInvariant(text[0])))
        {
            return null;
        }

        var rest = text[1..];
        var parts = 0;
        var digits = rest.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : rest.Length;
        if (digits > 0)
        {
            // More parts than fit into an int are all of them.
            parts = int.TryParse(rest[..digits], out var number) ? number : int.MaxValue;
            if (parts == 0)
            {
                return null;
            }

            rest = rest[digits..];
        }

        var reversed = rest is ['r' or 'R', ..];
        rest = reversed ? rest[1..] : rest;
        return rest.ContainsAnyExcept(DelimiterCharacters)
            ? null
            : new MacroSegment(null, char.ToLowerInvariant(text[0]), char.IsAsciiLetterUpper(text[0]), parts, reversed, rest.ToString());
    }

    /// <summary><c>domain-end</c>: a dot and a label of letters, digits and inner hyphens that is not all digits; a last dot may follow.</summary>
    private static bool HasTopLabel(ReadOnlySpan<char> literal)
    {
        literal = literal is [.., '.'] ? literal[..^1] : literal;
        var dot = literal.LastIndexOf('.');
        if (dot < 0)
        {
            return false;
        }

        var label = literal[(dot + 1)..];
        var letterOrHyphen = false;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }

            letterOrHyphen |= !char.IsAsciiDigit(c);
        }

        return letterOrHyphen && label[0] != '-' && label[^1] != '-';
    }

    private static void Flush(ImmutableArray<MacroSegment>.Builder segments, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            segments.Add(new(literal.ToString()));
            literal.Clear();
        }
    }
}
