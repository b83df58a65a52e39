using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>Parses one record, term by term (RFC 7208 sections 4.6.1, 5, 6 and 12). A single pass; never throws for any input.</summary>
internal sealed class SpfRecordParser
{
    private static readonly SearchValues<char> OfSix = SearchValues.Create("0123456789abcdefABCDEF:.");

    private readonly ImmutableArray<SpfDirective>.Builder _directives = ImmutableArray.CreateBuilder<SpfDirective>();
    private MacroString? _redirect;
    private MacroString? _explanation;

    /// <param name="terms">The record behind its version.</param>
    public SpfRecord? Parse(ReadOnlySpan<char> terms, out string fault)
    {
        foreach (var range in terms.Split(' '))
        {
            var term = terms[range];
            if (term.IsEmpty)
            {
                continue;
            }

            if (term.ContainsAnyExceptInRange('!', '~'))
            {
                fault = "the record holds a character that is not allowed";
                return null;
            }

            if (ParseTerm(term) is { } wrong)
            {
                fault = $"'{term}': {wrong}";
                return null;
            }
        }

        fault = "";
        return new SpfRecord(_directives.DrainToImmutable(), _redirect, _explanation);
    }

    private string? ParseTerm(ReadOnlySpan<char> term)
    {
        var name = NameOf(term);
        return name > 0 && name < term.Length && term[name] == '=' ? ParseModifier(term[..name], term[(name + 1)..]) : ParseDirective(term);
    }

    private string? ParseModifier(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (name.Equals("redirect", StringComparison.OrdinalIgnoreCase))
        {
            return SetOnce(ref _redirect, value);
        }

        if (name.Equals("exp", StringComparison.OrdinalIgnoreCase))
        {
            return SetOnce(ref _explanation, value);
        }

        return MacroString.ParseUnknown(value, out var fault) is null ? fault : null;
    }

    private static string? SetOnce(ref MacroString? modifier, ReadOnlySpan<char> value)
    {
        if (modifier is not null)
        {
            return "this modifier stands there twice";
        }

        modifier = MacroString.ParseDomain(value, out var fault);
        return modifier is null ? fault : null;
    }

    private string? ParseDirective(ReadOnlySpan<char> term)
    {
        SpfResult? qualifier = term[0] switch
        {
            '+' => SpfResult.Pass,
            '-' => SpfResult.Fail,
            '~' => SpfResult.SoftFail,
            '?' => SpfResult.Neutral,
            _ => null,
        };
        var onMatch = qualifier ?? SpfResult.Pass;
        var rest = qualifier is null ? term : term[1..];
        var length = NameOf(rest);
        var kind = KindOf(rest[..length]);
        var value = rest[length..];
        var directive = new SpfDirective(term.ToString(), onMatch, kind);
        string? fault;
        switch (kind)
        {
            case MechanismKind.All:
                fault = value.IsEmpty ? null : "nothing may follow 'all'";
                break;
            case MechanismKind.Include or MechanismKind.Exists:
                fault = value is [':', ..] ? SetDomain(ref directive, value[1..]) : "it needs a colon and a domain";
                break;
            case MechanismKind.Ptr:
                fault = value.IsEmpty ? null : value is [':', ..] ? SetDomain(ref directive, value[1..]) : "only a colon and a domain may follow";
                break;
            case MechanismKind.A or MechanismKind.Mx:
                fault = SetDomainAndPrefixes(ref directive, value);
                break;
            case MechanismKind.Ip4 or MechanismKind.Ip6:
                fault = value is [':', ..] ? SetNetwork(ref directive, value[1..]) : "it needs a colon and an address";
                break;
            default:
                fault = "there is no such mechanism";
                break;
        }

        _directives.Add(directive);
        return fault;
    }

    private static string? SetDomain(ref SpfDirective directive, ReadOnlySpan<char> text)
    {
        directive = directive with { Domain = MacroString.ParseDomain(text, out var fault) };
        return directive.Domain is null ? fault : null;
    }

    /// <summary><c>[ ":" domain-spec ] [ "/" bits ] [ "//" bits ]</c>; a slash may also be part of the domain, so prefixes are taken from the end.</summary>
    private static string? SetDomainAndPrefixes(ref SpfDirective directive, ReadOnlySpan<char> value)
    {
        var (six, four) = (128, 32);
        var digits = TrailingDigits(value);
        if (digits > 0 && value[..^digits].EndsWith("//") && !TakePrefix(ref value, digits, 2, 128, out six))
        {
            return "the IPv6 prefix is not a number from 0 to 128";
        }

        digits = TrailingDigits(value);
        if (digits > 0 && value[..^digits].EndsWith("/") && !TakePrefix(ref value, digits, 1, 32, out four))
        {
            return "the IPv4 prefix is not a number from 0 to 32";
        }

        directive = directive with { Prefix4 = four, Prefix6 = six };
        return value switch
        {
            [] => null,
            [':', .. var domain] => SetDomain(ref directive, domain),
            _ => "only a colon and a domain, or prefixes, may follow",
        };
    }

    private static string? SetNetwork(ref SpfDirective directive, ReadOnlySpan<char> value)
    {
        var isFour = directive.Kind == MechanismKind.Ip4;
        var bits = isFour ? 32 : 128;
        if (value.Contains('/'))
        {
            var digits = TrailingDigits(value);
            if (digits == 0 || !TakePrefix(ref value, digits, 1, bits, out bits))
            {
                return $"the prefix is not a number from 0 to {(isFour ? 32 : 128)}";
            }
        }

        var address = isFour ? ParseFour(value) : ParseSix(value);
        directive = directive with { Network = address, Prefix4 = isFour ? bits : 32, Prefix6 = isFour ? 128 : bits };
        return address is null ? $"this is not an IPv{(isFour ? 4 : 6)} address" : null;
    }

    /// <summary>Takes <c>/24</c> off the end: no leading zeros, no more than <paramref name="most"/>, a slash before it.</summary>
    private static bool TakePrefix(ref ReadOnlySpan<char> value, int digits, int slashes, int most, out int bits)
    {
        var text = value[^digits..];
        value = value[..^digits];
        var sound = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bits) && bits <= most && (text.Length == 1 || text[0] != '0')
            && value is [.., '/'];
        value = sound ? value[..^slashes] : value;
        return sound;
    }

    private static int TrailingDigits(ReadOnlySpan<char> value) => value.Length - 1 - value.LastIndexOfAnyExceptInRange('0', '9');

    /// <summary>Four numbers without leading zeros: the class library takes more than that.</summary>
    private static IPAddress? ParseFour(ReadOnlySpan<char> text)
    {
        Span<byte> octets = stackalloc byte[4];
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (count == 4 || part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out octets[count++]))
            {
                return null;
            }
        }

        return count == 4 ? new IPAddress(octets) : null;
    }

    private static IPAddress? ParseSix(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExcept(OfSix) && text.Contains(':')
        && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address
            : null;

    private static MechanismKind KindOf(ReadOnlySpan<char> name)
    {
        Span<char> lower = stackalloc char[8];
        return name.Length > lower.Length || name.ToLowerInvariant(lower) < 0 ? MechanismKind.None : lower[..name.Length] switch
        {
            "all" => MechanismKind.All,
            "include" => MechanismKind.Include,
            "a" => MechanismKind.A,
            "mx" => MechanismKind.Mx,
            "ptr" => MechanismKind.Ptr,
            "ip4" => MechanismKind.Ip4,
            "ip6" => MechanismKind.Ip6,
            "exists" => MechanismKind.Exists,
            _ => MechanismKind.None,
        };
    }

    /// <summary>Length of the name at the beginning: a letter, then letters, digits, hyphens, underscores and dots.</summary>
    private static int NameOf(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetter(text[0]))
        {
            return 0;
        }

        var length = 1;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '-' or '_' or '.'))
        {
            length++;
        }

        return length;
    }
}
