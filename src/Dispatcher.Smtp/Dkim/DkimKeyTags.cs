namespace Dispatcher.Smtp.Dkim;

/// <summary>What a published record says about its key (RFC 6376 3.6.1). Unknown tags are ignored.</summary>
public sealed class DkimKeyTags
{
    private readonly OrderedDictionary<string, string> _tags;

    private DkimKeyTags(OrderedDictionary<string, string> tags)
    {
        _tags = tags;
        Key = string.Concat(tags["p"].Where(character => !TagList.White.Contains(character)));
    }

    /// <summary>The public key in base64 (<c>p=</c>), without white space. Empty: it has been revoked.</summary>
    public string Key { get; }

    /// <summary>The domain only tests DKIM (<c>t=y</c>): verifiers may treat its mail as if it were not signed.</summary>
    public bool IsTesting => Has("t", "y");

    /// <summary>Why verifiers do not use the key for our signatures, which are <c>rsa-sha256</c> of mail; empty: they do.</summary>
    public IReadOnlyList<string> Faults =>
    [
        .. _tags.GetValueOrDefault("k", "rsa") == "rsa" ? Array.Empty<string>() : ["k= is not rsa"],
        .. !_tags.ContainsKey("h") || Has("h", "sha256") ? Array.Empty<string>() : ["h= does not list sha256"],
        .. !_tags.ContainsKey("s") || Has("s", "email") || Has("s", "*") ? Array.Empty<string>() : ["s= lists neither email nor *"],
    ];

    /// <param name="record">The strings of one TXT record, joined.</param>
    /// <param name="fault">Null unless nothing is returned.</param>
    /// <returns>Null: verifiers discard the record, and <paramref name="fault"/> says why.</returns>
    public static DkimKeyTags? Parse(string record, out string? fault)
    {
        if (TagList.Read(record, out fault) is not { } tags)
        {
            return null;
        }

        fault = tags.GetValueOrDefault("v", "DKIM1") != "DKIM1" ? "v= is not DKIM1"
            : tags.IndexOf("v") > 0 ? "v= is not the first tag"
            : !tags.ContainsKey("p") ? "there is no p="
            : null;
        return fault is null ? new(tags) : null;
    }

    // Words of a list, with colons between and white space around them.
    private bool Has(string tag, string word) =>
        _tags.TryGetValue(tag, out var list) && list.Split(':').Any(item => item.AsSpan().Trim(TagList.White).SequenceEqual(word));
}
