namespace Dispatcher.Smtp.Replies;

/// <summary>Finds the enhanced status code at the start of a reply's text (RFC 2034 4, RFC 3463 2).</summary>
internal static class EnhancedCode
{
    /// <summary>Splits <c>5.1.1 user unknown</c>. The code is null when the text does not begin with one.</summary>
    public static (string? Code, string Remainder) Split(string text)
    {
        var end = text.IndexOf(' ');
        var word = end < 0 ? text : text[..end];
        return IsCode(word) ? (word, end < 0 ? "" : text[(end + 1)..].TrimStart()) : (null, text);
    }

    // class "." subject "." detail: the class is 2, 4 or 5, the others have one to three digits.
    private static bool IsCode(ReadOnlySpan<char> word)
    {
        if (word.Length is < 5 or > 9 || word[0] is not ('2' or '4' or '5') || word[1] != '.')
        {
            return false;
        }

        var rest = word[2..];
        var dot = rest.IndexOf('.');
        return dot >= 0 && IsNumber(rest[..dot]) && IsNumber(rest[(dot + 1)..]);
    }

    private static bool IsNumber(ReadOnlySpan<char> digits) =>
        digits.Length is >= 1 and <= 3 && !digits.ContainsAnyExceptInRange('0', '9');
}
