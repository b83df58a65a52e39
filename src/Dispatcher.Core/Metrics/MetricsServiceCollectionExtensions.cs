using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Core.Metrics;

public static class MetricsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="DispatcherMetrics"/>. May be called more than once.</summary>
    public static IServiceCollection AddDispatcherMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<QueueGauges>();
        services.TryAddSingleton<DispatcherMetrics>();
        return services;
    }
}
