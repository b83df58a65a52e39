using Dispatcher.Core.Replies;

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

    private static bool IsCode(string word) => EnhancedStatus.TryRead(word, out _, out var length) && length == word.Length;
}
