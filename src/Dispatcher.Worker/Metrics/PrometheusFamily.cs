using System.Globalization;
using OpenTelemetry.Metrics;

namespace Dispatcher.Worker.Metrics;

/// <summary>Writes one instrument with all its label sets.</summary>
internal static class PrometheusFamily
{
    public static void Write(PrometheusText text, Metric metric)
    {
        var type = metric.MetricType;
        if (type == MetricType.ExponentialHistogram)
        {
            return; // The text format has no such thing, and none of ours is one.
        }

        var name = PrometheusName.Metric(metric.Name, metric.Unit, type is MetricType.LongSum or MetricType.DoubleSum);
        text.Family(name, TypeName(type), metric.Description);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            Write(text, name, type, in point);
        }
    }

    private static void Write(PrometheusText text, string name, MetricType type, in MetricPoint point)
    {
        var labels = Labels(in point);
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                text.Sample(name, labels, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                text.Sample(name, labels, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                text.Sample(name, labels, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                text.Sample(name, labels, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                WriteHistogram(text, name, labels, in point);
                break;
        }
    }

    private static void WriteHistogram(PrometheusText text, string name, List<KeyValuePair<string, string>> labels, in MetricPoint point)
    {
        var total = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            total += bucket.BucketCount;
            text.Sample(name + "_bucket", [.. labels, new("le", PrometheusText.Number(bucket.ExplicitBound))], total);
        }

        text.Sample(name + "_sum", labels, point.GetHistogramSum());
        text.Sample(name + "_count", labels, point.GetHistogramCount());
    }

    private static List<KeyValuePair<string, string>> Labels(in MetricPoint point)
    {
        var labels = new List<KeyValuePair<string, string>>();
        foreach (var tag in point.Tags)
        {
            labels.Add(new(tag.Key, Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? ""));
        }

        return labels;
    }

    private static string TypeName(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };
}
