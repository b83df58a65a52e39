namespace Dispatcher.Core.Replies;

/// <summary>Finds reply code and enhanced code in a line that may hold other numbers.</summary>
internal static class ReplyLineCode
{
    /// <summary>What stands right before the reply in logs and bounces. The first one that occurs counts: a reply may quote another server's.</summary>
    private static readonly string[] Markers =
        [" said: ", " me: ", "<<< ", "smtp; ", "smtp;", "Remote host said: ", "returned '", "with response: ", "server response: ", "response: ", "Response was "];

    /// <summary>Cuts off a log's own words before what the server said.</summary>
    public static ReadOnlySpan<char> SkipPreamble(ReadOnlySpan<char> line)
    {
        if (BeginsWithRefusal(line))
        {
            return line;
        }

        var begin = line.Length;
        foreach (var marker in Markers)
        {
            var at = line.IndexOf(marker, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && at + marker.Length < begin && BeginsWithCode(line[(at + marker.Length)..]))
            {
                begin = at + marker.Length;
            }
        }

        return begin < line.Length ? line[begin..].TrimStart() : WithoutType(line);
    }

    /// <summary>Cuts off the type that a Diagnostic-Code field begins with (RFC 3464 2.3.6): <c>smtp;</c>, <c>X-Postfix;</c>.</summary>
    private static ReadOnlySpan<char> WithoutType(ReadOnlySpan<char> line)
    {
        var end = line.IndexOf(';');
        return end is > 2 and < 30 && !line[..end].ContainsAny(" .:<>") && !char.IsAsciiDigit(line[0]) ? line[(end + 1)..].TrimStart() : line;
    }

    /// <summary>A code at the beginning, else the first that stands where only a reply's code can stand.</summary>
    /// <param name="text">A line without its preamble.</param>
    /// <param name="begin">Where the reply begins; 0 when there is no code.</param>
    public static int Find(ReadOnlySpan<char> text, out int begin)
    {
        for (var at = 0; at + 3 <= text.Length; at++)
        {
            if (IsCode(text[at..]) && (IsOpening(text[..at]) || ((text[at] is '4' or '5') && IsSeparator(text[at - 1]) && IsFollowedByReply(text[(at + 3)..], text[..at].TrimEnd()))))
            {
                begin = at;
                return ((text[at] - '0') * 100) + ((text[at + 1] - '0') * 10) + (text[at + 2] - '0');
            }
        }

        begin = 0;
        return 0;
    }

    /// <summary>The one right after the code; else the first in the text, which old servers put last, as in <c>(#5.1.1)</c>.</summary>
    public static EnhancedStatus FindEnhanced(ReadOnlySpan<char> text, int code)
    {
        for (var at = code > 0 ? 3 : 0; at + 5 <= text.Length; at++)
        {
            if ((at == 0 || !(char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] == '.'))
                && EnhancedStatus.TryRead(text[at..], out var enhanced, out _) && (enhanced.Class != 2 || code is 0 or < 300))
            {
                return enhanced;
            }
        }

        return default;
    }

    /// <summary>Three digits of 200 to 599 and no fourth one.</summary>
    public static bool IsCode(ReadOnlySpan<char> text) =>
        text.Length >= 3 && text[0] is >= '2' and <= '5' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2])
        && (text.Length == 3 || !(char.IsAsciiLetterOrDigit(text[3]) || (text[3] == '.' && text.Length > 4 && char.IsAsciiDigit(text[4]))));

    /// <summary>450 at the very beginning is the reply, whatever it goes on to quote (Postfix: <c>unverified address: host … said: 550 …</c>).</summary>
    private static bool BeginsWithRefusal(ReadOnlySpan<char> line)
    {
        line = line.TrimStart("\"'`<([ \t");
        return IsCode(line) && line[0] is ('4' or '5');
    }

    private static bool BeginsWithCode(ReadOnlySpan<char> text)
    {
        text = text.TrimStart("\"'`#<([ \t");
        return IsCode(text) || EnhancedStatus.TryRead(text, out _, out _);
    }

    /// <summary>Nothing but quotes and brackets came before.</summary>
    private static bool IsOpening(ReadOnlySpan<char> before) => before.Trim("\"'`#<([{*- \t").IsEmpty;

    private static bool IsSeparator(char before) => before is ' ' or ';' or ':' or '\'' or '"' or '(' or '#' or '<' or '>' or '\t' or '[';

    /// <summary>An enhanced code, or a dash as in folded replies; after a colon or the like a word too, but not in "after 450 seconds".</summary>
    private static bool IsFollowedByReply(ReadOnlySpan<char> rest, ReadOnlySpan<char> before)
    {
        if (rest.Length < 2 || rest[0] is not (' ' or '-' or ':' or '_' or '>'))
        {
            return false;
        }

        var next = rest[1..].TrimStart(" #([<:");
        return EnhancedStatus.TryRead(next, out _, out _) || rest[0] == '-'
            || (next.Length > 0 && !(before.Length > 0 && char.IsAsciiLetterOrDigit(before[^1])) && (char.IsAsciiLetter(next[0]) || next[0] is '"' or '<' or '*'));
    }
}
