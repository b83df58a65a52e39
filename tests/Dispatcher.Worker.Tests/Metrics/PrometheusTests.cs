using Dispatcher.Core.Metrics;
using Dispatcher.Core.Sending;
using Dispatcher.Worker.Metrics;
using Dispatcher.Worker.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Dispatcher.Worker.Tests.Metrics;

[Collection(nameof(MetersAlone))]
public sealed class PrometheusTests : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly DispatcherMetrics _metrics;

    public PrometheusTests()
    {
        var services = new ServiceCollection();
        services.AddDispatcherMetricsExport();
        _services = services.BuildServiceProvider();
        _services.GetRequiredService<MeterProvider>();
        _metrics = _services.GetRequiredService<DispatcherMetrics>();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Scrape_Counters_CarryTotalAndLabels()
    {
        _metrics.StatusReached("limit-reached", "email");
        _metrics.StatusReached("limit-reached", "email");
        _metrics.AttemptEnded(OutcomeKind.Deferred);
        _metrics.UncertainSeen();
        _metrics.InFlight(3);
        _metrics.InFlight(-1);

        var text = Scrape();

        Assert.Contains("# TYPE dispatcher_statuses_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_statuses_total{channel=\"email\",status=\"limit-reached\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_attempts_total{outcome=\"deferred\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_uncertain_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE dispatcher_in_flight gauge\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_in_flight 2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Scrape_Histogram_HasCumulativeBuckets()
    {
        _metrics.SendTook(TimeSpan.FromMilliseconds(2));
        _metrics.SendTook(TimeSpan.FromSeconds(3));
        _metrics.StageTook("check", TimeSpan.FromMilliseconds(1));
        _metrics.RedisCallTook("claim", TimeSpan.FromMilliseconds(1));

        var text = Scrape();

        Assert.Contains("# TYPE dispatcher_send_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_send_seconds_bucket{le=\"0.001\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_send_seconds_bucket{le=\"0.0025\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_send_seconds_bucket{le=\"+Inf\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_send_seconds_sum 3.002\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_send_seconds_count 2\n", text, StringComparison.Ordinal);
        Assert.Contains("dispatcher_stage_seconds_count{stage=\"check\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("dispatcher_redis_call_seconds_count{script=\"claim\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Scrape_Gauges_ShowTheNewestSnapshot()
    {
        _metrics.RegisterOccupancy("check", () => 0.125);
        _metrics.RegisterOccupancy("check", () => 0.25);
        _metrics.RegisterOccupancy("check", () => 0);
        _services.GetRequiredService<QueueGauges>().Latest = new FakeSystemStatus().Snapshot;

        var text = Scrape();

        Assert.Contains("\ndispatcher_backlog{state=\"queued\"} 7\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_backlog{state=\"sending\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_due_work 10\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_oldest_due_seconds 1.5\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndispatcher_stage_occupancy{stage=\"check\"} 0.25\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Scrape_RedisAway_SaysNothingAboutTheBacklog()
    {
        var gauges = _services.GetRequiredService<QueueGauges>();
        gauges.Latest = new FakeSystemStatus().Snapshot;
        Scrape();

        gauges.Latest = null;

        Assert.DoesNotContain("dispatcher_due_work 10", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_Labels_AreEscaped()
    {
        var text = new PrometheusText().Family("a", "gauge", "back\\slash\nline").Sample("a", [new("x.y", "q\"b\\n\n")], double.NaN).ToString();

        Assert.Equal("# HELP a back\\\\slash\\nline\n# TYPE a gauge\na{x_y=\"q\\\"b\\\\n\\n\"} NaN\n", text);
    }

    [Theory]
    [InlineData("dispatcher.send", "s", false, "dispatcher_send_seconds")]
    [InlineData("dispatcher.statuses", null, true, "dispatcher_statuses_total")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", true, "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("dotnet.gc.collections", "{collection}", true, "dotnet_gc_collections_total")]
    [InlineData("9lives", "1", false, "_9lives")]
    public void Metric_NameAndUnit_BecomePrometheus(string name, string? unit, bool counter, string expected) =>
        Assert.Equal(expected, PrometheusName.Metric(name, unit, counter));

    private string Scrape() => _services.GetRequiredService<PrometheusExporter>().Scrape();
}
