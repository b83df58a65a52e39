using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Smtp.Mime;
using Dispatcher.Smtp.Routing;
using Dispatcher.Smtp.Tls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp;

public static class SmtpServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ISmtpTransport"/> and <see cref="IMessageComposer"/> by the settings of section <c>Smtp</c>; a mistake
    /// in them stops the host at start. With a file of routes it needs an <see cref="Core.Dns.IDnsResolver"/>.</summary>
    /// <param name="services">Added to.</param>
    /// <param name="configuration">All of it.</param>
    /// <param name="format">How files of routes and shaping rules are read; null: as JSON.</param>
    public static IServiceCollection AddSmtpSender(this IServiceCollection services, IConfiguration configuration, SmtpFileFormat? format = null)
    {
        services.AddOptions<SmtpOptions>().Bind(configuration.GetSection(SmtpOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SmtpOptions>, SmtpOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(format ?? SmtpFileFormat.Json);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SmtpOptions>, RouteFilesValidator>());
        if (string.IsNullOrEmpty(configuration[$"{SmtpOptions.Section}:{nameof(SmtpOptions.RoutesFile)}"]))
        {
            services.TryAddSingleton<ISmtpTransport, SmtpTransport>();
        }
        else
        {
            services.TryAddSingleton<RouteBook>();
            services.TryAddSingleton<RoutedTransport>();
            services.TryAddSingleton<ISmtpTransport>(provider => provider.GetRequiredService<RoutedTransport>());
            services.TryAddSingleton<IDestinationGate>(provider => provider.GetRequiredService<RoutedTransport>());
        }

        services.AddHostedService<SecurityNotice>();
        services.TryAddSingleton<DkimKeyRing>();
        services.TryAddSingleton<IMessageComposer>(provider => new MimeComposer(provider.GetRequiredService<DkimKeyRing>()));
        return services;
    }
}
