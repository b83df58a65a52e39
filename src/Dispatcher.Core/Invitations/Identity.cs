using System.Buffers;

namespace Dispatcher.Core.Invitations;

/// <summary>The shapes of names that identify: contracts, section 1. Pure; no allocation.</summary>
public static class Identity
{
    /// <summary>Longest tenant name, in characters.</summary>
    public const int MaxTenantLength = 63;

    /// <summary>Longest invitation id, in characters.</summary>
    public const int MaxIdLength = 64;

    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> TenantCharacters = SearchValues.Create(Lower + Digits + "._-");
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(Lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits + "._:-");

    /// <summary>True for <c>^[a-z0-9][a-z0-9._-]{0,62}$</c>.</summary>
    public static bool IsTenant(ReadOnlySpan<char> tenant) =>
        tenant.Length is > 0 and <= MaxTenantLength
        && (char.IsAsciiLetterLower(tenant[0]) || char.IsAsciiDigit(tenant[0]))
        && !tenant.ContainsAnyExcept(TenantCharacters);

    /// <summary>True for <c>^[A-Za-z0-9._:-]{1,64}$</c>.</summary>
    public static bool IsId(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxIdLength && !id.ContainsAnyExcept(IdCharacters);
}
