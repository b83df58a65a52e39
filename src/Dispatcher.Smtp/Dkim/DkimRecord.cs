namespace Dispatcher.Smtp.Dkim;

/// <summary>What must stand in DNS for a key (RFC 6376 3.6.1).</summary>
/// <param name="Name">Owner of the TXT record, without a dot at the end.</param>
/// <param name="Value">Its text, as verifiers join it.</param>
public sealed record DkimRecord(string Name, string Value)
{
    // RFC 1035 3.3.14: a string of a TXT record holds 255 octets.
    private const int LongestString = 255;

    /// <summary>The line for a zone file: strings of at most 255 octets.</summary>
    public string ZoneLine => $"{Name}. IN TXT ( {string.Join(" ", Value.Chunk(LongestString).Select(piece => $"\"{new string(piece)}\""))} )";

    internal static DkimRecord Of(DkimKey key) =>
        new($"{key.Selector}._domainkey.{key.Domain}", $"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.PublicKey)}");
}
