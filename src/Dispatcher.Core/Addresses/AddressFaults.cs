using System.Globalization;
using System.Text;

namespace Dispatcher.Core.Addresses;

/// <summary>Says more exactly what is wrong with an address that was found malformed: what people do when they paste one. Pure.</summary>
internal static class AddressFaults
{
    private const string Scheme = "mailto:";

    /// <param name="address">Not longer than an address may be.</param>
    /// <param name="fault">What the syntax said.</param>
    /// <returns>The end of a sentence; it does not quote the address.</returns>
    public static string Explain(ReadOnlySpan<char> address, string fault) =>
        char.IsWhiteSpace(address[0]) || char.IsWhiteSpace(address[^1]) ? "white space stands around the address"
        : Holds(address, UnicodeCategory.Control) ? "a control character stands in the address"
        : Holds(address, UnicodeCategory.Format) ? "a mark that can't be seen stands in the address"
        : address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? "mailto: stands before the address"
        : address.ContainsAny('<', '>') ? "angle brackets stand in the address; write it alone, without a name"
        : address.ContainsAny(',', ';') ? "a comma or a semicolon stands in the address; write one address only"
        : address.ContainsAny('(', ')') ? "a comment in brackets stands in the address, which is not supported"
        : address[0] == '"' ? fault
        : HoldsSpace(address) ? "a space stands in the address"
        : address.Count('@') > 1 ? "the address has more than one @"
        : fault;

    private static bool Holds(ReadOnlySpan<char> text, UnicodeCategory category)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == category)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HoldsSpace(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character))
            {
                return true;
            }
        }

        return false;
    }
}
