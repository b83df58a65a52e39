using System.Globalization;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;
using Dispatcher.LoadTests.Servers;
using Dispatcher.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatcher.LoadTests.Load;

/// <summary>The queue engine as one worker has it, composed as the product composes it.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="visitEntries">Entries of a tenant that one visit of the claim takes; 0: by the number of tenants that wait.</param>
    public Engine(string redis, int visitEntries = 0)
    {
        var services = new ServiceCollection();
        var configuration = Settings(redis, visitEntries);
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddRedisStores(configuration).AddRedisQueue();
        _services = services.BuildServiceProvider();
    }

    public ILane Lane => Service<IReadOnlyList<ILane>>()[0];

    public IInvitationStore Invitations => Service<IInvitationStore>();

    public ITenantStore Tenants => Service<ITenantStore>();

    public ISystemStatus Status => Service<ISystemStatus>();

    public IDestinationStore Destinations => Service<IDestinationStore>();

    public IQueueControl Control => Service<IQueueControl>();

    /// <summary>A worker's turn at the cancels and edits by filter that are in force.</summary>
    public Task CarryOnRulesAsync(CancellationToken cancellationToken) => Service<RuleKeeper>().CarryOnAsync(Service<QueueLanes>().All[0], cancellationToken);

    /// <summary>As if the records' retention had passed.</summary>
    public async Task ForgetEndedAsync(RedisUnderTest redis, CancellationToken cancellationToken)
    {
        var lane = Service<QueueLanes>().All[0];
        var retention = Service<IOptions<QueueOptions>>().Value.FinalRetention;
        // A lane's clock never goes backwards: setting it ahead is as good as waiting.
        await redis.Database.HashIncrementAsync(lane.Lane, "clock", (long)retention.TotalMilliseconds + 1);
        while (await Service<RecordKeeper>().ForgetAsync(lane, cancellationToken) == TimeSpan.Zero)
        {
        }
    }

    /// <summary>What the housekeeper does now and then: a tenant that rests keeps only what it needs.</summary>
    public Task ReconcileAsync(CancellationToken cancellationToken) =>
        Service<RedisReconciler>().RepairAsync(Service<QueueLanes>().All[0], looked: null, cancellationToken);

    public static IConfiguration Settings(string redis, int visitEntries) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Redis:Configuration"] = redis,
            ["Redis:CallTimeout"] = "00:00:30", // a load test overloads on purpose
            ["Queue:MaxBacklog"] = "0",
            ["Queue:VisitEntries"] = visitEntries.ToString(CultureInfo.InvariantCulture),
        })
        .Build();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();
}
