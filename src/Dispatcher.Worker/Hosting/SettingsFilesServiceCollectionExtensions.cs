using Dispatcher.Core.Destinations;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Files;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Hosting;

internal static class SettingsFilesServiceCollectionExtensions
{
    /// <summary>Sections <c>Destinations</c> and <c>Tenants</c>. Must stand before the stages, because hosted services start in the order of
    /// registration.</summary>
    public static IServiceCollection AddSettingsFilesAtStart(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DestinationsOptions>().Bind(configuration.GetSection(DestinationsOptions.Section)).ValidateOnStart();
        services.AddHostedService(provider => Applier<DestinationGroup>(
            provider,
            $"{DestinationsOptions.Section}:{nameof(DestinationsOptions.Path)}",
            provider.GetRequiredService<IOptions<DestinationsOptions>>().Value.Path,
            SettingsFormat.Destinations,
            (group, cancellationToken) => provider.GetRequiredService<IDestinationStore>().ApplyAsync(group, cancellationToken)));
        services.AddOptions<TenantsOptions>().Bind(configuration.GetSection(TenantsOptions.Section)).ValidateOnStart();
        services.AddHostedService(provider => Applier<TenantSettings>(
            provider,
            $"{TenantsOptions.Section}:{nameof(TenantsOptions.Path)}",
            provider.GetRequiredService<IOptions<TenantsOptions>>().Value.Path,
            SettingsFormat.Tenants,
            provider.GetRequiredService<ITenantStore>().ApplyAsync));
        return services;
    }

    private static SettingsApplier<T> Applier<T>(
        IServiceProvider provider,
        string setting,
        string path,
        SettingsFormat<T> format,
        Func<T, CancellationToken, ValueTask<ApplyResult>> apply) =>
        new(setting, path, format, apply, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SettingsApplier<T>>>());
}
