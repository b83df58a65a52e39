namespace Dispatcher.Core.Templates.Parsing;

/// <summary>An attribute's value in its source.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Start">First character of the value, behind the quote if there is one.</param>
/// <param name="End">Behind the last.</param>
/// <param name="Quoted">Whether quotes stand around it.</param>
internal readonly record struct HtmlAttribute(string Name, int Start, int End, bool Quoted);

/// <summary>Finds the attributes of a start tag.</summary>
internal static class HtmlAttributes
{
    private const string Space = " \t\r\n\f/";

    public static List<HtmlAttribute> Of(string html, HtmlToken tag)
    {
        var found = new List<HtmlAttribute>();
        var end = html[tag.End - 1] == '>' ? tag.End - 1 : tag.End;
        var at = tag.Start + 1 + tag.Name.Length;
        while ((at = Skip(html, at, end)) < end)
        {
            var nameStart = at;
            while (at < end && html[at] != '=' && !Space.Contains(html[at]))
            {
                at++;
            }

            var name = html[nameStart..at].ToLowerInvariant();
            var equals = Skip(html, at, end);
            if (equals >= end || html[equals] != '=')
            {
                at = Math.Max(at, nameStart + 1);
                continue;
            }

            var value = Value(html, name, SkipBlank(html, equals + 1, end), end);
            found.Add(value);
            at = value.Quoted ? value.End + 1 : value.End;
        }

        return found;
    }

    private static HtmlAttribute Value(string html, string name, int at, int end)
    {
        if (at < end && html[at] is '"' or '\'')
        {
            var close = html.IndexOf(html[at], at + 1, end - at - 1);
            return new(name, at + 1, close < 0 ? end : close, true);
        }

        var stop = at;
        while (stop < end && !" \t\r\n\f".Contains(html[stop]))
        {
            stop++;
        }

        return new(name, at, stop, false);
    }

    private static int Skip(string html, int at, int end)
    {
        while (at < end && Space.Contains(html[at]))
        {
            at++;
        }

        return at;
    }

    private static int SkipBlank(string html, int at, int end)
    {
        while (at < end && " \t\r\n\f".Contains(html[at]))
        {
            at++;
        }

        return at;
    }
}
