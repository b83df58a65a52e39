using System.Globalization;

namespace Dispatcher.TestKit.Processes;

/// <summary>What a worker says of itself at <c>/metrics</c>.</summary>
public static class MetricsPage
{
    /// <param name="worker">Its address, without a path: <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="sample">Name and labels as they stand there.</param>
    /// <returns>Null: there is no such sample.</returns>
    public static async Task<double?> ReadAsync(HttpClient http, string worker, string sample)
    {
        var page = await http.GetStringAsync(new Uri(worker + "/metrics"));
        var line = page.Split('\n').FirstOrDefault(l => l.StartsWith(sample + " ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line.AsSpan(sample.Length + 1), CultureInfo.InvariantCulture);
    }
}
