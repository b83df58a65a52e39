namespace Dispatcher.Core.Replies;

/// <summary>An enhanced status code (RFC 3463 section 2). The zero value is none.</summary>
/// <param name="Class">2, 4 or 5.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
public readonly record struct EnhancedStatus(short Class, short Subject, short Detail)
{
    public bool IsNone => Class == 0;

    /// <summary>Reads the code that <paramref name="text"/> begins with, such as <c>5.1.1</c>; what follows must be no digit and no dot with a digit.</summary>
    /// <param name="text">May go on after the code.</param>
    /// <param name="code">None when it returns false.</param>
    /// <param name="length">How many characters the code has.</param>
    public static bool TryRead(ReadOnlySpan<char> text, out EnhancedStatus code, out int length)
    {
        code = default;
        length = 0;
        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
        {
            return false;
        }

        var at = 2;
        if (!TryNumber(text, ref at, out var subject) || at >= text.Length || text[at++] != '.' || !TryNumber(text, ref at, out var detail))
        {
            return false;
        }

        // 5.1.1.7 is an address or a version.
        if (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))))
        {
            return false;
        }

        code = new((short)(text[0] - '0'), subject, detail);
        length = at;
        return true;
    }

    public override string ToString() => IsNone ? "" : $"{Class}.{Subject}.{Detail}";

    private static bool TryNumber(ReadOnlySpan<char> text, ref int at, out short number)
    {
        var begin = at;
        number = 0;
        while (at < text.Length && at - begin < 3 && char.IsAsciiDigit(text[at]))
        {
            number = (short)((number * 10) + (text[at++] - '0'));
        }

        return at > begin;
    }
}
