using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis.Tests;

/// <summary>The queue engine over a real Redis, emptied at the beginning: stores, and lanes of as many workers as a test wants.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Engine(ServiceProvider services)
    {
        _services = services;
        Options = services.GetRequiredService<IOptions<QueueOptions>>().Value;
    }

    public QueueOptions Options { get; }
    public RedisConnection Redis => Get<RedisConnection>();
    public DispatcherMetrics Metrics => Get<DispatcherMetrics>();
    public QueueLanes Lanes => Get<QueueLanes>();
    public IInvitationStore Invitations => Get<IInvitationStore>();
    public ITenantStore Tenants => Get<ITenantStore>();
    public ISuppressionStore Suppression => Get<ISuppressionStore>();
    public ISystemStatus Status => Get<ISystemStatus>();
    public IQueueControl Control => Get<IQueueControl>();
    public IDestinationStore Destinations => Get<IDestinationStore>();

    /// <summary>Composed as a command is, over a Redis that is emptied first.</summary>
    public static async Task<Engine> StartAsync(RedisServer server, QueueOptions? options = null)
    {
        await server.CommandAsync("FLUSHALL");
        return Of(server.Configuration, options ?? new QueueOptions());
    }

    /// <param name="configuration">Of Redis, as it is.</param>
    public static Engine Of(string configuration, QueueOptions options, TimeSpan? callTimeout = null)
    {
        var services = new ServiceCollection().AddMetrics();
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Redis:Configuration"] = configuration, ["Redis:CallTimeout"] = $"{callTimeout ?? TimeSpan.FromSeconds(5)}" })
            .Build();
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(options));
        services.AddLogging();
        services.AddSingleton<WorkerName>();
        services.AddSingleton<IntakeStream>();
        services.AddRedisStores(settings);
        return new Engine(services.BuildServiceProvider());
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public RedisLane Lane(string worker, int lane) => new(Redis, Lanes.All[lane], Options, worker);

    public RedisLane Lane(string worker) => Lane(worker, 0);

    public async Task<AddResult> AddAsync(string tenant, string id, DateTimeOffset? sendAt = null, string? body = null)
    {
        var json = Encoding.UTF8.GetBytes(body ?? $$"""{"recipient":{"email":"{{id}}@example.com"},"tenant":"{{tenant}}","id":"{{id}}"}""");
        var now = TimeProvider.System.GetUtcNow();
        var read = InvitationReader.Read(json, new InvitationReadContext(tenant, id, now)).Invitation;
        var invitation = (read is null
            ? new NewInvitation(tenant, id, json, RecordKey.OfBody(json), RecordKey.OfRecipient(id + "@example.com"), null, null)
            : NewInvitationFactory.Create(json, read, now)) with
        { SendAt = sendAt };
        return (await Invitations.AddAsync([invitation], "test", default))[0];
    }

    public async Task<InvitationRecord> RecordAsync(string tenant, string id) => Assert.Single(await Invitations.FindAsync(tenant, id, default));

    /// <summary>Claims one and starts it.</summary>
    public static async Task<ClaimedInvitation> StartOneAsync(RedisLane lane, long call = 1, TimeSpan? repeatAfter = null)
    {
        var claimed = Assert.Single((await lane.ClaimAsync(call, 1, default)).Entries);
        var answer = await StepAsync(lane, Start(claimed) with { Delay = repeatAfter });
        Assert.Equal(StepAnswerKind.Ok, answer.Kind);
        return claimed;
    }

    public static async Task<StepAnswer> StepAsync(RedisLane lane, Step step) => (await lane.AdvanceAsync([step], default))[0];

    public static Step Start(ClaimedInvitation claimed) => new()
    {
        Kind = StepKind.Start,
        Key = claimed.Key,
        Attempt = claimed.Attempt,
        Revision = claimed.Facts.Revision,
        Delay = TimeSpan.FromSeconds(30),
    };

    public static Step Done(ClaimedInvitation claimed, Status status = Core.Statuses.Status.Delivered) => new()
    {
        Kind = StepKind.Done,
        Key = claimed.Key,
        Attempt = claimed.Attempt + 1,
        Status = status,
        Reply = "250 2.0.0 ok",
        AcceptedBy = status == Core.Statuses.Status.Delivered ? "relay:25" : null,
    };

    /// <summary>Lets a worker look silent for so long, and leases be judged at once.</summary>
    public async Task SilenceAsync(string worker, TimeSpan silence)
    {
        var lane = Lanes.All[0];
        await Redis.CallAsync(d => d.SortedSetIncrementAsync(lane.Prefix + "workers", worker, -silence.TotalMilliseconds), default);
        await Redis.CallAsync(d => d.HashSetAsync(lane.Lane, "judge", 0), default);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
    }
}
