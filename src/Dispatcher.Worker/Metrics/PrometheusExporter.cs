using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Dispatcher.Worker.Metrics;

/// <summary>
/// Answers a scrape in Prometheus' text format with what OpenTelemetry has collected. Scrapes take turns: each collects anew.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _scrape = new();
    private string _text = "";

    /// <summary>Set by the reader that owns this exporter.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <returns>The metrics as they are now.</returns>
    public string Scrape()
    {
        lock (_scrape)
        {
            Collect?.Invoke(Timeout.Infinite);
            return _text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new PrometheusText();
        foreach (var metric in batch)
        {
            PrometheusFamily.Write(text, metric);
        }

        _text = text.ToString();
        return ExportResult.Success;
    }
}
