using System.Globalization;

namespace Dispatcher.Core.Text;

/// <summary>
/// Durations as people write them in settings: <c>500ms</c>, <c>90s</c>, <c>30m</c>, <c>2h</c>, <c>4d</c>, or .NET's
/// <c>[d.]hh:mm:ss</c>.
/// </summary>
public static class DurationText
{
    private static readonly (string Suffix, double Seconds)[] Units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];

    /// <summary>False for anything else, a number without a unit included, and for negative durations and those over 10,000 days.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        text = text.Trim();
        foreach (var (suffix, seconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal) && IsNumber(text[..^suffix.Length], out var value))
            {
                var total = value * seconds;
                duration = total <= 864_000_000 ? TimeSpan.FromSeconds(total) : default;
                return total <= 864_000_000;
            }
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero && text.Contains(':');
    }

    private static bool IsNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text.TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
