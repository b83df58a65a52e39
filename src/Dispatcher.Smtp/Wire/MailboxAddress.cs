using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dispatcher.Smtp.Wire;

/// <summary>An address that may stand between angle brackets on the wire (RFC 5321 4.1.2, RFC 6531 3.3).</summary>
/// <remarks>
/// This guards the protocol, it does not judge addresses: what passes can neither end a command nor smuggle a parameter or a route.
/// A domain outside ASCII is turned into its A-label form; a local part outside ASCII needs SMTPUTF8.
/// </remarks>
internal readonly record struct MailboxAddress(string LocalPart, string Domain)
{
    private static readonly SearchValues<char> AtomText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    private static readonly SearchValues<char> DomainText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    private static readonly SearchValues<char> LiteralText = SearchValues.Create("0123456789ABCDEFabcdef.:IPv");

    /// <summary>True: only a server with SMTPUTF8 can take it.</summary>
    public bool NeedsUtf8 => !Ascii.IsValid(LocalPart);

    public override string ToString() => $"{LocalPart}@{Domain}";

    public static bool TryParse(string? text, out MailboxAddress address)
    {
        address = default;
        var at = text?.LastIndexOf('@') ?? -1;
        if (at < 1 || !IsLocalPart(text.AsSpan(0, at)) || !TryNormalizeDomain(text![(at + 1)..], out var domain))
        {
            return false;
        }

        address = new MailboxAddress(text[..at], domain);
        return Encoding.UTF8.GetByteCount(address.LocalPart) <= 64 && Encoding.UTF8.GetByteCount(address.ToString()) <= 254;
    }

    /// <summary>The form for the wire, which for most addresses is the text itself: no copies are made of those.</summary>
    public static bool TryNormalize(string? text, out string wire, out bool needsUtf8)
    {
        var at = text?.LastIndexOf('@') ?? -1;
        if (at is >= 1 and <= 64 && text!.Length <= 254
            && !text.AsSpan(0, at).ContainsAnyExcept(AtomText) && IsAsciiDomain(text.AsSpan(at + 1)))
        {
            (wire, needsUtf8) = (text, false);
            return true;
        }

        var parsed = TryParse(text, out var address);
        (wire, needsUtf8) = parsed ? (address.ToString(), address.NeedsUtf8) : ("", false);
        return parsed;
    }

    /// <summary>True for a host name or an address literal in brackets.</summary>
    public static bool IsDomain(string text) => TryNormalizeDomain(text, out _);

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (local.Length > 2 && local[0] == '"' && local[^1] == '"')
        {
            // A quoted string, without the characters that a careless server could take for the end of the path.
            return !local[1..^1].ContainsAnyExceptInRange('!', '~') && !local[1..^1].ContainsAny("\"\\<>");
        }

        foreach (var rune in local.EnumerateRunes())
        {
            if (rune.IsAscii ? !AtomText.Contains((char)rune.Value) : !IsVisible(rune))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsVisible(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned);

    private static bool TryNormalizeDomain(string text, out string domain)
    {
        domain = text;
        if (text.Length is 0 or > 253)
        {
            return false;
        }

        if (text[0] == '[')
        {
            return text.Length > 2 && text[^1] == ']' && !text.AsSpan(1, text.Length - 2).ContainsAnyExcept(LiteralText);
        }

        if (!Ascii.IsValid(text))
        {
            try
            {
                domain = new IdnMapping().GetAscii(text);
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        return IsAsciiDomain(domain);
    }

    private static bool IsAsciiDomain(ReadOnlySpan<char> domain) =>
        !domain.IsEmpty
        && !domain.ContainsAnyExcept(DomainText)
        && domain[0] is not ('.' or '-')
        && domain.IndexOf("..", StringComparison.Ordinal) < 0;
}
