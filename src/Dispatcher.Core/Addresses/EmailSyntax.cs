using System.Globalization;
using System.Text;

namespace Dispatcher.Core.Addresses;

/// <summary>
/// E-mail addresses, strict and practical: the dot-string form of RFC 5321 section 4.1.2 with RFC 6531's Unicode. Quoted local parts,
/// comments, address literals and names in front are refused: no customer has them, and each is a way to smuggle something past a
/// parser further on. Pure; safe for concurrent calls; ASCII addresses are judged without allocation.
/// </summary>
public static class EmailSyntax
{
    /// <summary>Octets of a whole address (RFC 5321 section 4.5.3.1.3, less the angle brackets).</summary>
    public const int MaxLength = 254;

    /// <summary>Octets of the part before the @ (RFC 5321 section 4.5.3.1.1).</summary>
    public const int MaxLocalLength = 64;

    private const string Specials = "!#$%&'*+-/=?^_`{|}~";

    /// <returns>Null: well formed. Otherwise what is wrong, as the end of a sentence; it does not quote the address.</returns>
    public static string? FindFault(ReadOnlySpan<char> address)
    {
        if (address.IsEmpty)
        {
            return "the address is empty";
        }

        // The limit in characters comes first: nothing below looks at more than it.
        if (address.Length > MaxLength || Encoding.UTF8.GetByteCount(address) > MaxLength)
        {
            return "the address is longer than 254 octets";
        }

        var at = address.LastIndexOf('@');
        var fault = at < 0 ? "the address has no @" : FindLocalFault(address[..at]) ?? DomainSyntax.FindFault(address[(at + 1)..]);
        return fault is null ? null : AddressFaults.Explain(address, fault);
    }

    /// <summary>The part behind the last @; empty when there is none.</summary>
    public static ReadOnlySpan<char> DomainOf(ReadOnlySpan<char> address)
    {
        var at = address.LastIndexOf('@');
        return at < 0 ? [] : address[(at + 1)..];
    }

    /// <summary>
    /// The same address with its domain in the form for the wire. Call it for well-formed addresses; others come back as they are.
    /// </summary>
    public static string ToWire(string address)
    {
        var domain = DomainOf(address);
        return Ascii.IsValid(domain) ? address : string.Concat(address.AsSpan(0, address.Length - domain.Length), DomainSyntax.ToAscii(domain) ?? domain);
    }

    private static string? FindLocalFault(ReadOnlySpan<char> local)
    {
        if (local.IsEmpty)
        {
            return "nothing stands before the @";
        }

        if (Encoding.UTF8.GetByteCount(local) > MaxLocalLength)
        {
            return "the part before the @ is longer than 64 octets";
        }

        if (local[0] == '"')
        {
            return "the part before the @ is quoted, which is not supported";
        }

        if (local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
        {
            return "a dot stands at the wrong place before the @";
        }

        foreach (var rune in local.EnumerateRunes())
        {
            if (!IsAllowed(rune))
            {
                return "a character that is not allowed stands before the @";
            }
        }

        return null;
    }

    private static bool IsAllowed(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '.' || Specials.Contains((char)rune.Value)
        : rune != Rune.ReplacementChar
            && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
