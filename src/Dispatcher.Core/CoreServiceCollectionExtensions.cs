using System.Net;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Templates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Core;

/// <summary>Registers what the domain offers: checks, retry schedule, links, message drafts.</summary>
public static class CoreServiceCollectionExtensions
{
    /// <summary>
    /// Sections <c>Checks</c>, <c>Retry</c>, <c>Links</c> and the keys of <c>Smtp</c> that say who sends; a mistake stops the host at start. Calling it twice
    /// does no harm.
    /// </summary>
    public static IServiceCollection AddDispatcherCore(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddChecksOptions(configuration);
        services.AddOptionsWithValidateOnStart<LinkOptions, LinkOptionsValidator>().Bind(configuration.GetSection(LinkOptions.Section));
        services.AddOptionsWithValidateOnStart<RetryOptions, RetryOptionsValidator>();
        services.TryAddSingleton<IConfigureOptions<RetryOptions>>(new RetryOptionsBinder(configuration.GetSection(RetryOptions.Section)));
        services.AddOptionsWithValidateOnStart<SenderDefaults, SenderDefaultsValidator>()
            .Configure(options =>
            {
                options.Set(configuration["Smtp:From"]);
                options.BounceDomain = configuration["Smtp:BounceDomain"];
                options.VerpKeyFile = configuration["Smtp:VerpKeyFile"];
                options.FeedbackId = configuration["Smtp:FeedbackId"] ?? options.FeedbackId;
            });

        AddChecks(services, configuration["Smtp:EhloName"]);
        services.TryAddSingleton(provider => new RetrySchedule(Of<RetryOptions>(provider), Random.Shared.NextDouble));
        services.TryAddSingleton(provider => new TemplateValuesFactory(Of<LinkOptions>(provider)));
        services.TryAddSingleton(provider => new EmailDraftFactory(
            provider.GetRequiredService<TemplateValuesFactory>(),
            Of<SenderDefaults>(provider),
            provider.GetRequiredService<TimeProvider>(),
            VerpOf(Of<SenderDefaults>(provider))));
        return services;
    }

    private static VerpCodec? VerpOf(SenderDefaults options)
    {
        if (options.VerpKeyFile is not { Length: > 0 } file)
        {
            return null;
        }

        var keys = VerpKeys.Read(file, out var fault);
        return new VerpCodec(keys ?? throw new InvalidDataException($"Smtp:VerpKeyFile {file}: {fault}"));
    }

    /// <summary>Section <c>Checks</c> alone.</summary>
    public static IServiceCollection AddChecksOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<ChecksOptions, ChecksOptionsValidator>()
            .Bind(configuration.GetSection(ChecksOptions.Section))
            .Configure(options =>
            {
                AddSeparated(configuration["Checks:BlockedDomains"], options.BlockedDomains);
                AddSeparated(configuration["Checks:SendingAddresses"], options.SendingAddresses);
            });
        return services;
    }

    private static void AddChecks(IServiceCollection services, string? ehloName)
    {
        services.TryAddSingleton(provider => new TemporaryDomains(
            Of<ChecksOptions>(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TemporaryDomains>>()));
        services.TryAddSingleton<BlockedDomains>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<ICheck, TenantBlockedCheck>(),
            ServiceDescriptor.Singleton<ICheck, RecipientAddressCheck>(),
            ServiceDescriptor.Singleton<ICheck, BlockedDomainCheck>(),
            ServiceDescriptor.Singleton<ICheck, TemporaryAddressCheck>(),
            ServiceDescriptor.Singleton<ICheck, SuppressionCheck>(),
            ServiceDescriptor.Singleton<ICheck, OptedOutCheck>(),
            ServiceDescriptor.Singleton<ICheck, SpamRiskCheck>(provider => new(Of<ChecksOptions>(provider).SpamRiskTenants)),
            ServiceDescriptor.Singleton<ICheck, ReferenceUseCheck>(),
            ServiceDescriptor.Singleton<ICheck, ReviewedTodayCheck>(),
            ServiceDescriptor.Singleton<ICheck, FrequencyCheck>(),
            ServiceDescriptor.Singleton<ICheck, DoubleOptInCheck>(),
            ServiceDescriptor.Singleton<ICheck, KickstartCheck>(),
            ServiceDescriptor.Singleton<ICheck, CatalogueCheck>(),
            ServiceDescriptor.Singleton<ICheck, ReferenceLengthCheck>(provider => new(Of<ChecksOptions>(provider).MaxReferenceLength)),
            ServiceDescriptor.Singleton<ICheck, ReminderAllowedCheck>(),
            ServiceDescriptor.Singleton<ICheck, ProductReviewsCheck>(),
            ServiceDescriptor.Singleton<ICheck, ProductSkuCheck>(),
            ServiceDescriptor.Singleton<ICheck, TemplateExistsCheck>(),
            ServiceDescriptor.Singleton<ICheck, CustomTemplateCheck>(),
            ServiceDescriptor.Singleton<ICheck, PlaceholdersCheck>(),
            ServiceDescriptor.Singleton<ICheck, CustomSenderCheck>(),
            ServiceDescriptor.Singleton<ICheck, SenderAddressCheck>(),
            ServiceDescriptor.Singleton<ICheck, SenderNameCheck>(),
            ServiceDescriptor.Singleton<ICheck, ReplyToCheck>(),
            ServiceDescriptor.Singleton<ICheck, MailDomainsCheck>(provider => new(MailDomainsOf(provider))),
            ServiceDescriptor.Singleton<ICheck, SpfCheck>(provider => new(VerdictsOf(provider, ehloName))),
            ServiceDescriptor.Singleton<ICheck, MonthlyLimitCheck>(),
        ]);
        services.TryAddSingleton(provider => new CheckRunner(
            CheckOrder.Sort(provider.GetServices<ICheck>()), provider.GetRequiredService<ILogger<CheckRunner>>(), new HoldLimit(Of<RetryOptions>(provider).MaxAge)));
    }

    /// <returns>Null: SPF is not checked. <see cref="ISpfEvaluator"/> is needed only otherwise.</returns>
    private static SpfVerdictCache? VerdictsOf(IServiceProvider provider, string? ehloName)
    {
        var options = Of<ChecksOptions>(provider);
        return options.SendingAddresses.Count == 0 ? null : new SpfVerdictCache(
            provider.GetRequiredService<ISpfEvaluator>(),
            new SpfRule(
                [.. options.SendingAddresses.Select(IPAddress.Parse)],
                ehloName is { Length: > 0 } ? ehloName : System.Net.Dns.GetHostName(),
                options.SpfInclude is { Length: > 0 } include ? include.TrimEnd('.') : null),
            MostWaiting(provider),
            provider.GetRequiredService<TimeProvider>());
    }

    /// <returns>Null: nothing is looked up. <see cref="IDnsResolver"/> is needed only otherwise.</returns>
    private static VerdictCache? MailDomainsOf(IServiceProvider provider) => !Of<ChecksOptions>(provider).LookUpMailDomains ? null
        : MailDomainsCheck.CreateCache(provider.GetRequiredService<IDnsResolver>(), MostWaiting(provider), provider.GetRequiredService<TimeProvider>());

    /// <summary>The pipeline holds at least four invitations for each connection: half of them at most may wait, whatever for.</summary>
    private static int MostWaiting(IServiceProvider provider)
    {
        var reasons = Of<ChecksOptions>(provider) is { LookUpMailDomains: true, SendingAddresses.Count: > 0 } ? 2 : 1;
        return Math.Clamp(2 * (provider.GetService<ISmtpTransport>()?.Capacity ?? 1) / reasons, 1, 64 / reasons);
    }

    /// <summary>A list in one text, which is easier to write in an environment variable.</summary>
    private static void AddSeparated(string? text, IList<string> list)
    {
        foreach (var item in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            list.Add(item);
        }
    }

    private static T Of<T>(IServiceProvider provider)
        where T : class => provider.GetRequiredService<IOptions<T>>().Value;
}
