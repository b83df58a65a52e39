namespace Dispatcher.Worker.Metrics;

/// <summary>Turns OpenTelemetry's names and units into Prometheus'.</summary>
internal static class PrometheusName
{
    /// <summary>Dots become underscores, the unit a suffix, and a counter ends in <c>_total</c>.</summary>
    public static string Metric(string name, string? unit, bool counter)
    {
        var result = Clean(name, colons: true);
        var suffix = Unit(unit);
        if (suffix.Length > 0 && !result.EndsWith("_" + suffix, StringComparison.Ordinal))
        {
            result += "_" + suffix;
        }

        return counter && !result.EndsWith("_total", StringComparison.Ordinal) ? result + "_total" : result;
    }

    public static string Label(string name) => Clean(name, colons: false);

    /// <summary>Units in braces are remarks, and <c>1</c> is none.</summary>
    private static string Unit(string? unit) => unit switch
    {
        null or "" or "1" => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        _ when unit.StartsWith('{') => "",
        _ => Clean(unit, colons: false),
    };

    private static string Clean(string name, bool colons)
    {
        var clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && colons) ? c : '_'));
        return clean.Length > 0 && char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }
}
