using System.Globalization;
using System.Text.RegularExpressions;

namespace Dispatcher.Smtp.Replies;

/// <summary>Finds the wait that a server names in its text: "retry in 300 seconds", "try again after 5 minutes".</summary>
internal static class NamedWait
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // NonBacktracking: the text is the peer's, so matching must stay linear in its length.
    private static readonly Regex Pattern = new(
        @"(?:in|after|for) (?<n>[0-9]{1,5}) ?(?<unit>sec|min|hour)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Null: none named, or none that is believable (up to a day).</summary>
    public static TimeSpan? Find(string lowerCaseText)
    {
        var match = Pattern.Match(lowerCaseText);
        if (!match.Success)
        {
            return null;
        }

        var count = int.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture);
        var wait = match.Groups["unit"].ValueSpan switch
        {
            "sec" => TimeSpan.FromSeconds(count),
            "min" => TimeSpan.FromMinutes(count),
            _ => TimeSpan.FromHours(count),
        };
        return wait > TimeSpan.Zero && wait <= Longest ? wait : null;
    }
}
