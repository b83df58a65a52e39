namespace Dispatcher.Worker.Hosting;

internal static class TenantsServiceCollectionExtensions
{
    /// <summary>Section <c>Tenants</c>. Must stand before the stages, because hosted services start in the order of registration.</summary>
    public static IServiceCollection AddTenantsAtStart(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TenantsOptions>().Bind(configuration.GetSection(TenantsOptions.Section)).ValidateOnStart();
        services.AddHostedService<TenantsApplier>();
        return services;
    }
}
