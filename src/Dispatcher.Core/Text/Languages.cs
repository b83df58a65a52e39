namespace Dispatcher.Core.Text;

/// <summary>
/// Language tags (BCP 47) as far as this product looks at them: the first subtag chooses the language of our own phrases.
/// </summary>
public static class Languages
{
    /// <summary>Two or three letters, then subtags of 1 to 8 letters and digits behind '-' (or '_', which some producers write).</summary>
    public static bool IsTag(ReadOnlySpan<char> tag)
    {
        var primary = tag.IndexOfAny('-', '_');
        if (tag.Length > 35 || !IsSubtag(primary < 0 ? tag : tag[..primary], 2, 3, digits: false))
        {
            return false;
        }

        while (primary >= 0)
        {
            tag = tag[(primary + 1)..];
            primary = tag.IndexOfAny('-', '_');
            if (!IsSubtag(primary < 0 ? tag : tag[..primary], 1, 8, digits: true))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first subtag, for example <c>sv</c> of <c>sv-SE</c>; all of it when there is one only.</summary>
    public static ReadOnlySpan<char> Primary(ReadOnlySpan<char> tag)
    {
        var end = tag.IndexOfAny('-', '_');
        return end < 0 ? tag : tag[..end];
    }

    private static bool IsSubtag(ReadOnlySpan<char> text, int min, int max, bool digits)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetter(character) && !(digits && char.IsAsciiDigit(character)))
            {
                return false;
            }
        }

        return text.Length >= min && text.Length <= max;
    }
}
