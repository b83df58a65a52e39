using System.Text;

namespace Dispatcher.Simulators.Smtp;

/// <summary>Finds the Message-ID field in a message's header (RFC 5322 3.6.4).</summary>
internal static class MessageIdField
{
    /// <summary>The value with its brackets; empty: there is none.</summary>
    public static string Find(ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf("\r\n\r\n"u8);
        var header = end < 0 ? content : content[..end];
        while (!header.IsEmpty)
        {
            var lineEnd = header.IndexOf("\r\n"u8);
            var line = lineEnd < 0 ? header : header[..lineEnd];
            header = lineEnd < 0 ? [] : header[(lineEnd + 2)..];
            if (line.Length > 11 && Ascii.EqualsIgnoreCase(line[..11], "Message-ID:"u8))
            {
                return Encoding.UTF8.GetString(line[11..]).Trim();
            }
        }

        return "";
    }
}
