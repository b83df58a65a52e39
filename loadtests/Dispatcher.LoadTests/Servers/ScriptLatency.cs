using System.Globalization;
using Dispatcher.Redis;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Servers;

/// <summary>How long script calls took inside Redis, in milliseconds, since the counters were last reset.</summary>
/// <param name="Calls">Calls that <c>LATENCY HISTOGRAM fcall</c> counted.</param>
/// <param name="AllWithin">Upper edge of the histogram's last bucket; buckets double, so percentiles come from <c>INFO latencystats</c>.</param>
internal sealed record ScriptLatency(long Calls, double P50, double P99, double P999, double AllWithin)
{
    public static ScriptLatency Of(IReadOnlyDictionary<string, string> latencyStats, RedisResult histogram)
    {
        var percentiles = latencyStats.TryGetValue("latency_percentiles_usec_fcall", out var line)
            ? line.Split(',').Select(p => p.Split('=')).ToDictionary(p => p[0], p => double.Parse(p[1], CultureInfo.InvariantCulture) / 1000)
            : [];
        var (calls, within) = Read(histogram);
        return new ScriptLatency(
            calls,
            percentiles.GetValueOrDefault("p50", double.NaN),
            percentiles.GetValueOrDefault("p99", double.NaN),
            percentiles.GetValueOrDefault("p99.9", double.NaN),
            within);
    }

    /// <summary>The reply: name, then [ "calls", n, "histogram_usec", [ edge, cumulated count, … ] ].</summary>
    private static (long Calls, double Within) Read(RedisResult histogram)
    {
        var byCommand = histogram.Rows();
        if (byCommand.Length < 2)
        {
            return (0, double.NaN);
        }

        var fields = byCommand[1].Rows();
        var buckets = fields[3].Rows();
        return ((long)fields[1], buckets.Length < 2 ? double.NaN : (long)buckets[^2] / 1000.0);
    }
}
