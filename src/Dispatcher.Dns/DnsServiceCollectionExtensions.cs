using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;
using Dispatcher.Dns.Spf;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Dns;

public static class DnsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IDnsResolver"/> and <see cref="ISpfEvaluator"/> by the settings of section <c>Dns</c>; a mistake in them
    /// stops the host at start. Calling it twice does no harm.</summary>
    public static IServiceCollection AddDispatcherDns(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(IDnsResolver)))
        {
            return services;
        }

        services.AddOptionsWithValidateOnStart<DnsOptions, DnsOptionsValidator>()
            .Bind(configuration.GetSection(DnsOptions.Section))
            .Configure(options => AddSeparated(configuration["Dns:Servers"], options.Servers));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IDnsResolver>(provider =>
            new DnsResolver(provider.GetRequiredService<IOptions<DnsOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ISpfEvaluator>(provider => new SpfEvaluator(
            provider.GetRequiredService<IDnsResolver>(),
            provider.GetRequiredService<TimeProvider>(),
            configuration["Smtp:EhloName"] is { Length: > 0 } name ? name : Environment.MachineName));
        return services;
    }

    /// <summary>A list in one text, which is easier to write in an environment variable.</summary>
    private static void AddSeparated(string? text, IList<string> list)
    {
        foreach (var item in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            list.Add(item);
        }
    }
}
