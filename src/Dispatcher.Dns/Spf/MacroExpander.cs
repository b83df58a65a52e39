using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Dispatcher.Dns.Spf;

/// <summary>Puts values in place of macros (RFC 7208 sections 7.2 to 7.4). Pure.</summary>
internal static class MacroExpander
{
    private const int MaxDomain = 253;

    /// <summary>A name to ask for: without its last dot, and cut from the left at dots until it fits (section 7.3).</summary>
    /// <param name="domain">The current domain, macro <c>d</c>.</param>
    /// <param name="validated">Macro <c>p</c>; asked for only when it is used.</param>
    public static string ExpandDomain(MacroString text, SpfEvaluation evaluation, string domain, string validated)
    {
        var name = Expand(text, evaluation, domain, validated);
        name = name is [.., '.'] ? name[..^1] : name;
        while (name.Length > MaxDomain && name.IndexOf('.') is >= 0 and var dot)
        {
            name = name[(dot + 1)..];
        }

        return name;
    }

    public static string Expand(MacroString text, SpfEvaluation evaluation, string domain, string validated)
    {
        if (text.Constant is { } constant)
        {
            return constant;
        }

        var result = new StringBuilder();
        foreach (var segment in text.Segments)
        {
            if (segment.Literal is { } literal)
            {
                result.Append(literal);
                continue;
            }

            var value = Transform(ValueOf(segment.Letter, evaluation, domain, validated), segment);
            result.Append(segment.Escaped ? Uri.EscapeDataString(value) : value);
        }

        return result.ToString();
    }

    public static bool UsesValidatedName(MacroString text)
    {
        foreach (var segment in text.Segments)
        {
            if (segment.Letter == 'p')
            {
                return true;
            }
        }

        return false;
    }

    private static string ValueOf(char letter, SpfEvaluation evaluation, string domain, string validated) => letter switch
    {
        's' => evaluation.Sender,
        'l' => evaluation.LocalPart,
        'o' => evaluation.Domain,
        'd' => domain,
        'i' => ReverseName.Dotted(evaluation.Address),
        'p' => validated,
        'v' => evaluation.Address.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
        'h' => evaluation.Helo,
        'c' => evaluation.Address.ToString(),
        'r' => evaluation.Receiver,
        't' => evaluation.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"macro letter {letter} passed the parser"),
    };

    /// <summary>Splits, reverses, keeps the right-hand parts, and joins with dots.</summary>
    private static string Transform(string value, MacroSegment macro)
    {
        if (macro is { Parts: 0, Reversed: false, Delimiters: "" })
        {
            return value;
        }

        var parts = value.Split(macro.Delimiters.Length > 0 ? macro.Delimiters.ToCharArray() : ['.']);
        if (macro.Reversed)
        {
            Array.Reverse(parts);
        }

        return string.Join('.', macro.Parts > 0 && macro.Parts < parts.Length ? parts[^macro.Parts..] : parts);
    }
}
