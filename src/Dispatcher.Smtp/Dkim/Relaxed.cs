using Dispatcher.Smtp.Mime;

namespace Dispatcher.Smtp.Dkim;

/// <summary>The "relaxed" canonical forms of RFC 6376 3.4.2 and 3.4.4.</summary>
internal static class Relaxed
{
    /// <summary>One header field, given without its last CRLF; written without it too.</summary>
    public static void Header(ReadOnlySpan<byte> field, MessageBuffer output)
    {
        var colon = field.IndexOf((byte)':');
        foreach (var octet in field[..colon].TrimEnd(" \t"u8))
        {
            output.Write((byte)char.ToLowerInvariant((char)octet));
        }

        output.Write((byte)':');
        var start = output.Length;
        Line(field[(colon + 1)..], start, output);
    }

    /// <summary>The whole body, with CRLF line ends.</summary>
    public static void Body(ReadOnlySpan<byte> body, MessageBuffer output)
    {
        // Empty lines are kept back until another line follows: at the end they do not count.
        var empty = 0;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf("\r\n"u8);
            var line = (end < 0 ? body : body[..end]).TrimEnd(" \t"u8);
            body = end < 0 ? [] : body[(end + 2)..];
            if (line.IsEmpty)
            {
                empty++;
                continue;
            }

            for (; empty > 0; empty--)
            {
                output.Write("\r\n"u8);
            }

            // Most lines have no more than single spaces, and stay as they are.
            if (line.IndexOf("  "u8) < 0 && line.IndexOfAny("\t\r\n"u8) < 0)
            {
                output.Write(line);
            }
            else
            {
                // A blank at the beginning stays one blank: nothing of this line was written yet, so there is nothing to trim.
                Line(line, -1, output);
            }

            output.Write("\r\n"u8);
        }
    }

    // Runs of blanks become one space; line ends inside go; none at the end, and none at "trimmed", where the value of a field begins.
    private static void Line(ReadOnlySpan<byte> line, int trimmed, MessageBuffer output)
    {
        while (!line.IsEmpty)
        {
            var plain = line.IndexOfAny(" \t\r\n"u8);
            if (plain < 0)
            {
                output.Write(line);
                return;
            }

            output.Write(line[..plain]);
            line = line[plain..];
            var next = line.IndexOfAnyExcept(" \t\r\n"u8);
            if (next < 0)
            {
                return;
            }

            if (output.Length != trimmed)
            {
                output.Write((byte)' ');
            }

            line = line[next..];
        }
    }
}
