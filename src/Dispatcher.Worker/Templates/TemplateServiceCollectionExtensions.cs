using Dispatcher.Core.Templates;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Worker.Templates;

/// <summary>Registers the templates on disk.</summary>
public static class TemplateServiceCollectionExtensions
{
    /// <summary>Section <c>Templates</c>; reloads while the host runs. Needs <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddTemplateFolder(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TemplatesOptions>()
            .Bind(configuration.GetSection(TemplatesOptions.Section))
            .Validate(options => options.PollInterval >= TimeSpan.FromMilliseconds(100), "Templates:PollInterval: must be 100 ms at least")
            .ValidateOnStart();
        services.TryAddSingleton<TemplateFolder>();
        services.TryAddSingleton<ITemplateSource>(provider => provider.GetRequiredService<TemplateFolder>());
        services.AddHostedService(provider => provider.GetRequiredService<TemplateFolder>());
        return services;
    }
}
