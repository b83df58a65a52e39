using Dispatcher.Core.Checks;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis;

public static class RedisServiceCollectionExtensions
{
    /// <summary>Adds the stores (records, tenants, suppression, status). Needs <c>Redis</c> and <c>Queue</c> settings.</summary>
    public static IServiceCollection AddRedisStores(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RedisOptions>().Bind(configuration.GetSection(RedisOptions.Section)).ValidateOnStart();
        services.AddOptions<QueueOptions>().Bind(configuration.GetSection(QueueOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        services.TryAddSingleton<IValidateOptions<QueueOptions>, QueueOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddDispatcherMetrics();
        services.TryAddSingleton<RedisConnection>();
        services.TryAddSingleton<QueueLanes>();
        services.TryAddSingleton<LaneLimits>();
        services.TryAddSingleton<RedisDestinationStore>();
        services.TryAddSingleton<IDestinationStore>(p => p.GetRequiredService<RedisDestinationStore>());
        services.TryAddSingleton<DestinationCache>();
        services.TryAddSingleton<LaneBacklogs>();
        services.TryAddSingleton<FilterSweep>();
        services.TryAddSingleton<RedisReconciler>();
        services.TryAddSingleton<IQueueControl, RedisQueueControl>();
        services.TryAddSingleton<IQueueDoctor, RedisQueueDoctor>();
        services.TryAddSingleton<IInvitationStore, RedisInvitationStore>();
        services.TryAddSingleton<ITenantStore, RedisTenantStore>();
        services.TryAddSingleton<ISuppressionStore, RedisSuppressionStore>();
        services.TryAddSingleton<RecipientShards>();
        services.TryAddSingleton<IFeedbackStore, RedisFeedbackStore>();
        services.TryAddSingleton<IListStore, RedisListStore>();
        services.TryAddSingleton<RedisBlockListStore>();
        services.TryAddSingleton<IBlockListStore>(p => p.GetRequiredService<RedisBlockListStore>());
        services.TryAddSingleton<ISystemStatus, RedisSystemStatus>();
        return services;
    }

    /// <summary>Adds what a worker needs on top of <see cref="AddRedisStores"/>: its lanes, the tenants' directory, the door's reader and the housekeeper.</summary>
    public static IServiceCollection AddRedisQueue(this IServiceCollection services)
    {
        services.TryAddSingleton<WorkerName>();
        services.TryAddSingleton(p => LeaseOptions.Of(TimeSpan.FromSeconds(p.GetRequiredService<IOptions<QueueOptions>>().Value.LeaseSeconds)));
        services.TryAddSingleton<RedisLaneSet>();
        services.TryAddSingleton<IReadOnlyList<ILane>>(p => p.GetRequiredService<RedisLaneSet>().Lanes);
        services.TryAddSingleton<BlockedDomains>();
        services.TryAddSingleton<BlockedDomainsFeed>();
        services.TryAddSingleton<RedisTenantDirectory>();
        services.TryAddSingleton<ITenantDirectory>(p => p.GetRequiredService<RedisTenantDirectory>());
        services.AddHostedService(p => p.GetRequiredService<RedisTenantDirectory>());
        services.TryAddSingleton<IntakeStream>();
        services.AddHostedService<StreamIntake>();
        services.TryAddSingleton<DoorKeeper>();
        services.TryAddSingleton<RuleKeeper>();
        services.TryAddSingleton<RecordKeeper>();
        services.AddHostedService<RedisHousekeeper>();
        return services;
    }
}
