namespace Dispatcher.Core.Replies;

/// <summary>
/// A reply as people keep it: a line of a log (<c>host mx.example[192.0.2.1] said: 550 5.1.1 … (in reply to RCPT TO command)</c>), of a
/// bounce (<c>smtp; 550 …</c>), quoted, folded, or without a code. The zero value is no reply.
/// </summary>
public readonly ref struct ReplyLine
{
    private ReplyLine(ReplyStage stage, int code, EnhancedStatus enhanced, ReadOnlySpan<char> text)
    {
        IsReply = true;
        Stage = stage;
        Code = code;
        Enhanced = enhanced;
        Text = text;
    }

    /// <summary>False: there is nothing in it that a server could have said.</summary>
    public bool IsReply { get; }

    public ReplyStage Stage { get; }

    /// <summary>200 to 599; 0: none was found.</summary>
    public int Code { get; }

    public EnhancedStatus Enhanced { get; }

    /// <summary>What was said, codes included.</summary>
    public ReadOnlySpan<char> Text { get; }

    /// <param name="line">Without its line end; at most the first 4,096 characters are looked at.</param>
    public static ReplyLine Read(ReadOnlySpan<char> line)
    {
        line = line[..Math.Min(line.Length, 4096)].Trim();
        if (!HasWord(line))
        {
            return default;
        }

        if (line.Contains("\\n", StringComparison.Ordinal) || line.Contains("\\r", StringComparison.Ordinal))
        {
            line = line.ToString().Replace("\\r", " ", StringComparison.Ordinal).Replace("\\n", " ", StringComparison.Ordinal);
        }

        var stage = ReplyLineStage.Find(line);
        var text = ReplyLineCode.SkipPreamble(line);
        var code = ReplyLineCode.Find(text, out var begin);
        text = text[begin..];
        return new(stage, code, ReplyLineCode.FindEnhanced(text, code), text);
    }

    /// <summary>A letter, or a reply code alone.</summary>
    private static bool HasWord(ReadOnlySpan<char> line)
    {
        foreach (var letter in line)
        {
            if (char.IsLetter(letter))
            {
                return true;
            }
        }

        return ReplyLineCode.IsCode(line) || EnhancedStatus.TryRead(line, out _, out _);
    }
}
