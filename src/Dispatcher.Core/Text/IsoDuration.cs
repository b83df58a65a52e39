using System.Globalization;
using System.Text;

namespace Dispatcher.Core.Text;

/// <summary>
/// ISO 8601 durations of fixed length: weeks, days, hours, minutes and whole seconds (<c>P7D</c>, <c>PT1H30M</c>, <c>P2W</c>). Years and
/// months are refused because their length depends on the calendar; signs and fractions because nobody schedules by them.
/// </summary>
public static class IsoDuration
{
    private const string Units = "WDHMS";
    private static readonly long[] SecondsOf = [7 * 86_400, 86_400, 3_600, 60, 1];

    /// <summary>False for anything else, for no unit at all, and beyond 10,000 days.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 3 || text[0] != 'P')
        {
            return false;
        }

        long seconds = 0;
        var lastUnit = -1;
        var inTime = false;
        for (var rest = text[1..]; rest.Length > 0;)
        {
            if (rest[0] == 'T' && !inTime && rest.Length > 1)
            {
                inTime = true;
                rest = rest[1..];
                continue;
            }

            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9)
            {
                return false;
            }

            // Each unit once, in order, and hours, minutes, seconds only behind the T.
            var unit = Units.IndexOf(rest[digits], StringComparison.Ordinal);
            if (unit <= lastUnit || unit >= 2 != inTime)
            {
                return false;
            }

            seconds += int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture) * SecondsOf[unit];
            lastUnit = unit;
            rest = rest[(digits + 1)..];
        }

        if (seconds > 10_000L * 86_400)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>The shortest form that <see cref="TryParse"/> reads back; parts of a second are dropped.</summary>
    public static string Format(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        var text = new StringBuilder("P");
        Append(text, duration.Days, 'D');
        if (duration.Hours + duration.Minutes + duration.Seconds > 0 || duration.Days == 0)
        {
            text.Append('T');
            Append(text, duration.Hours, 'H');
            Append(text, duration.Minutes, 'M');
            Append(text, duration.Seconds, 'S');
        }

        return text[^1] == 'T' ? "PT0S" : text.ToString();
    }

    private static void Append(StringBuilder text, int value, char unit)
    {
        if (value > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{value}{unit}");
        }
    }
}
