using System.Globalization;

namespace Dispatcher.Core.Replies;

/// <summary>An enhanced code with gaps: <c>x.1.1</c> is 4.1.1 and 5.1.1, <c>5.7.x</c> is all of 5.7. -1 stands for a gap.</summary>
public readonly record struct EnhancedPattern(short Class, short Subject, short Detail)
{
    /// <summary>False: it is not of that form.</summary>
    public static bool TryParse(string text, out EnhancedPattern pattern)
    {
        pattern = default;
        if (text.Split('.') is not [var first, var second, var third]
            || !TryPart(first, out var @class) || !TryPart(second, out var subject) || !TryPart(third, out var detail)
            || @class is not (-1 or 4 or 5))
        {
            return false;
        }

        pattern = new(@class, subject, detail);
        return true;
    }

    public bool Matches(EnhancedStatus code) =>
        !code.IsNone && (Class < 0 || Class == code.Class) && (Subject < 0 || Subject == code.Subject) && (Detail < 0 || Detail == code.Detail);

    private static bool TryPart(string text, out short part)
    {
        part = -1;
        return text == "x" || (short.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out part) && part <= 999);
    }
}
