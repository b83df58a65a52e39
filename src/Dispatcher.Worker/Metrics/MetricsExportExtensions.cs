using Dispatcher.Core.Metrics;
using OpenTelemetry.Metrics;

namespace Dispatcher.Worker.Metrics;

internal static class MetricsExportExtensions
{
    /// <summary>Collects our instruments and the runtime's, ready for <see cref="MapDispatcherMetrics"/>.</summary>
    public static IServiceCollection AddDispatcherMetricsExport(this IServiceCollection services)
    {
        services.AddDispatcherMetrics();
        services.AddSingleton<PrometheusExporter>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(MetricNames.Meter)
            .AddMeter("System.Runtime")
            .AddReader(provider => new BaseExportingMetricReader(provider.GetRequiredService<PrometheusExporter>())));
        services.AddHostedService<QueueGaugePoller>();
        return services;
    }

    public static void MapDispatcherMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/metrics", (PrometheusExporter exporter) => Results.Text(exporter.Scrape(), PrometheusText.ContentType));
}
