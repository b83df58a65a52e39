using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Core.Pipeline;

public static class PipelineServiceCollectionExtensions
{
    /// <summary>
    /// Adds the worker's stages as a hosted service. Needs lanes and a tenant directory (a queue engine), a transport, a composer, templates,
    /// and what <c>AddDispatcherCore</c> adds. Reads section <c>Worker</c>.
    /// </summary>
    public static IServiceCollection AddPipeline(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PipelineOptions>().Bind(configuration.GetSection(PipelineOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<Preparer>();
        services.TryAddSingleton<OutcomeMapper>();
        services.TryAddSingleton<WorkerPipeline>();
        services.AddHostedService(p => p.GetRequiredService<WorkerPipeline>());
        return services;
    }
}
