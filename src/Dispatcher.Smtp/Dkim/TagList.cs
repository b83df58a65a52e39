using System.Buffers;

namespace Dispatcher.Smtp.Dkim;

/// <summary>Takes a list of tags <c>name=value; …</c> apart (RFC 6376 3.2). Names and values are case-sensitive.</summary>
internal static class TagList
{
    // No lines are left in a TXT record: where the RFC lets them fold, any white space counts.
    public const string White = " \t\r\n";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <returns>The tags in their order, values without white space around them; null: <paramref name="fault"/> says why it is no such list.</returns>
    public static OrderedDictionary<string, string>? Read(string text, out string? fault)
    {
        var tags = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        var specs = text.Split(';');

        // One semicolon may stand at the end.
        foreach (var spec in specs.Length > 1 && specs[^1].AsSpan().Trim(White).IsEmpty ? specs[..^1] : specs)
        {
            fault = Add(spec, tags);
            if (fault is not null)
            {
                return null;
            }
        }

        fault = null;
        return tags;
    }

    private static string? Add(ReadOnlySpan<char> spec, OrderedDictionary<string, string> tags)
    {
        var equals = spec.IndexOf('=');
        var name = equals < 0 ? [] : spec[..equals].Trim(White);
        if (name.IsEmpty || !char.IsAsciiLetter(name[0]) || name.ContainsAnyExcept(NameCharacters))
        {
            return "it is no list of tags name=value";
        }

        var value = spec[(equals + 1)..].Trim(White);
        foreach (var character in value)
        {
            if (character is not (> ' ' and <= '~') && !White.Contains(character))
            {
                return $"the tag {name}= holds characters beyond printable ASCII";
            }
        }

        return tags.TryAdd(name.ToString(), value.ToString()) ? null : $"the tag {name}= stands twice";
    }
}
