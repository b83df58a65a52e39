using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Smtp.Mime;
using Dispatcher.Smtp.Tls;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp;

public static class SmtpServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ISmtpTransport"/> and <see cref="IMessageComposer"/> by the settings of section <c>Smtp</c>; a mistake
    /// in them stops the host at start.</summary>
    public static IServiceCollection AddSmtpSender(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SmtpOptions>().Bind(configuration.GetSection(SmtpOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SmtpOptions>, SmtpOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISmtpTransport, SmtpTransport>();
        services.AddHostedService<SecurityNotice>();
        services.TryAddSingleton<DkimKeyRing>();
        services.TryAddSingleton<IMessageComposer>(provider => new MimeComposer(provider.GetRequiredService<DkimKeyRing>()));
        return services;
    }
}
