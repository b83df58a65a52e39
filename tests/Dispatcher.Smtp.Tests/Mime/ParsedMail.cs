using System.Text;

namespace Dispatcher.Smtp.Tests.Mime;

/// <summary>A small reader of MIME messages, written from the RFCs and not from our writer, so that the two check each other.</summary>
internal sealed class ParsedMail
{
    private ParsedMail(List<(string Name, string Value)> fields, string body) => (Fields, Body) = (fields, body);

    public IReadOnlyList<(string Name, string Value)> Fields { get; }

    /// <summary>The body as it came, before any transfer decoding.</summary>
    public string Body { get; }

    public string this[string name] => Fields.Single(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public IReadOnlyList<ParsedMail> Parts
    {
        get
        {
            var marker = this["Content-Type"].Split("boundary=\"")[1].TrimEnd('"');
            var pieces = ("\r\n" + Body).Split("\r\n--" + marker);
            Assert.Equal("--\r\n", pieces[^1]);
            return [.. pieces[1..^1].Select(piece => Parse(piece[2..]))];
        }
    }

    /// <summary>The text after transfer decoding.</summary>
    public string Text => this["Content-Transfer-Encoding"] switch
    {
        "7bit" => Body,
        "base64" => DecodeBase64(Body),
        _ => DecodeQuotedPrintable(Body),
    };

    public static ParsedMail Parse(ReadOnlySpan<byte> bytes) => Parse(Encoding.UTF8.GetString(bytes));

    /// <summary>Decodes encoded words (RFC 2047 6.2): white space between two of them is not text.</summary>
    public static string Decode(string value)
    {
        var result = new StringBuilder();
        var bytes = new List<byte>();
        foreach (var word in value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith("=?utf-8?B?", StringComparison.Ordinal) && word.EndsWith("?=", StringComparison.Ordinal))
            {
                Assert.True(word.Length <= 75);
                bytes.AddRange(Convert.FromBase64String(word[10..^2]));
                continue;
            }

            Flush(result, bytes);
            result.Append(result.Length == 0 ? "" : " ").Append(word);
        }

        Flush(result, bytes);
        return result.ToString();
    }

    private static void Flush(StringBuilder result, List<byte> bytes)
    {
        if (bytes.Count > 0)
        {
            result.Append(result.Length == 0 ? "" : " ").Append(Encoding.UTF8.GetString([.. bytes]));
            bytes.Clear();
        }
    }

    private static ParsedMail Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var fields = new List<(string Name, string Value)>();
        foreach (var line in text[..end].Split("\r\n"))
        {
            if (line[0] == ' ')
            {
                fields[^1] = (fields[^1].Name, fields[^1].Value + line);
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            Assert.Matches("^[A-Za-z-]+$", line[..colon]);
            fields.Add((line[..colon], line[(colon + 1)..].TrimStart()));
        }

        return new ParsedMail(fields, text[(end + 4)..]);
    }

    private static string DecodeBase64(string text)
    {
        Assert.All(text.Split("\r\n"), line => Assert.True(line.Length <= 76));
        return Encoding.UTF8.GetString(Convert.FromBase64String(text));
    }

    private static string DecodeQuotedPrintable(string text)
    {
        var bytes = new List<byte>();
        foreach (var line in text.Split("\r\n").SkipLast(1))
        {
            Assert.True(line.Length <= 76);
            Assert.False(line.EndsWith(' ') || line.EndsWith('\t'));
            var soft = line.EndsWith('=');
            for (var i = 0; i < line.Length - (soft ? 1 : 0); i++)
            {
                var escaped = line[i] == '=';
                bytes.Add(escaped ? Convert.FromHexString(line.AsSpan(i + 1, 2))[0] : (byte)line[i]);
                i += escaped ? 2 : 0;
            }

            bytes.AddRange(soft ? [] : "\r\n"u8.ToArray());
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
