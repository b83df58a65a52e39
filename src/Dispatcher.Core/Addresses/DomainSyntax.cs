using System.Buffers;
using System.Globalization;

namespace Dispatcher.Core.Addresses;

/// <summary>
/// Names of mail domains and web hosts as they are met in practice: RFC 1035 and RFC 5321 section 2.3.5, at least two labels, and
/// international names by way of IDNA. Pure; safe for concurrent calls. ASCII names are judged without allocation.
/// </summary>
public static class DomainSyntax
{
    /// <summary>Longest name in its ASCII form, in octets (RFC 1035 less the length octets).</summary>
    public const int MaxLength = 253;

    private const int MaxLabelLength = 63;

    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <returns>Null: well formed. Otherwise what is wrong, as the end of a sentence.</returns>
    public static string? FindFault(ReadOnlySpan<char> domain)
    {
        if (System.Text.Ascii.IsValid(domain))
        {
            return FindAsciiFault(domain);
        }

        return ToAscii(domain) is { } ascii ? FindAsciiFault(ascii) : "the domain is not a valid international name";
    }

    /// <summary>The form for the wire: international labels as A-labels, the rest as it is; null: it has none.</summary>
    public static string? ToAscii(ReadOnlySpan<char> domain)
    {
        if (System.Text.Ascii.IsValid(domain))
        {
            return domain.ToString();
        }

        if (domain.Length > MaxLength)
        {
            return null;
        }

        try
        {
            return Idn.GetAscii(domain.ToString());
        }
        catch (ArgumentException)
        {
            // The class library has no other way to say that a label is not allowed.
            return null;
        }
    }

    /// <summary>
    /// The form to compare domains in, because mail goes by it however they are written: A-labels in lower case. What has no form for the wire
    /// comes back in lower case.
    /// </summary>
    public static string Normalise(string domain) => (System.Text.Ascii.IsValid(domain) ? domain : ToAscii(domain) ?? domain).ToLowerInvariant();

    private static string? FindAsciiFault(ReadOnlySpan<char> domain)
    {
        switch (domain.Length)
        {
            case 0: return "the domain is missing";
            case > MaxLength: return "the domain is longer than 253 characters";
        }

        if (domain[0] == '[')
        {
            return "an address literal stands in place of a domain";
        }

        var labels = 0;
        var last = domain;
        for (var rest = domain; ; rest = rest[(last.Length + 1)..])
        {
            var dot = rest.IndexOf('.');
            last = dot < 0 ? rest : rest[..dot];
            labels++;
            if (FindLabelFault(last) is { } fault)
            {
                return fault;
            }

            if (dot < 0)
            {
                break;
            }
        }

        return labels < 2 ? "the domain has no dot"
            : !last.ContainsAnyExcept(Digits) ? "an IP address stands in place of a domain"
            : null;
    }

    private static string? FindLabelFault(ReadOnlySpan<char> label) => label switch
    {
        [] => "the domain has an empty label (a dot too many)",
        { Length: > MaxLabelLength } => "a label of the domain is longer than 63 characters",
        ['-', ..] or [.., '-'] => "a label of the domain begins or ends with a hyphen",
        _ when label.ContainsAnyExcept(LabelCharacters) => "the domain holds a character that is not allowed",
        ['x' or 'X', 'n' or 'N', '-', '-', ..] when !IsALabel(label) => "a label of the domain begins with xn-- and is no international name",
        _ => null,
    };

    /// <summary>It stands for an international label, and for nothing that could be written plainly (RFC 5890 section 2.3.2.1).</summary>
    private static bool IsALabel(ReadOnlySpan<char> label)
    {
        try
        {
            return !System.Text.Ascii.IsValid(Idn.GetUnicode(label.ToString()));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
