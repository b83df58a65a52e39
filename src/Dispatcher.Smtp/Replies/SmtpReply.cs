using System.Text;

namespace Dispatcher.Smtp.Replies;

/// <summary>One complete reply of a server (RFC 5321 4.2). Immutable.</summary>
public sealed class SmtpReply
{
    internal SmtpReply(int code, IReadOnlyList<string> lines)
    {
        Code = code;
        Lines = lines;
        (EnhancedCode, var text) = Replies.EnhancedCode.Split(lines[0]);
        Text = lines.Count == 1 ? text : Join(text, lines);
    }

    /// <summary>200 to 599.</summary>
    public int Code { get; }

    /// <summary>Enhanced code of the first line, for example <c>5.1.1</c>; null: none.</summary>
    public string? EnhancedCode { get; }

    /// <summary>What the server said, lines joined by a space, without codes. As it came: may hold control characters.</summary>
    public string Text { get; }

    /// <summary>Text of each line after the code; at least one.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>2xx.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>Reads a reply from text, for example <c>550 5.1.1 user unknown</c>. False: it is not a complete reply.</summary>
    public static bool TryParse(string text, out SmtpReply? reply)
    {
        var bytes = Encoding.UTF8.GetBytes(text.TrimEnd('\r', '\n') + "\r\n");
        return new ReplyParser().Feed(bytes, out var used, out reply) == ParseResult.Complete && used == bytes.Length;
    }

    private static string Join(string first, IReadOnlyList<string> lines) =>
        string.Join(' ', lines.Skip(1).Select(line => Replies.EnhancedCode.Split(line).Remainder).Prepend(first));
}
