using System.Diagnostics.Metrics;
using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis.Tests;

/// <summary>The queue engine over a real Redis, emptied at the beginning: stores, and lanes of as many workers as a test wants.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Engine(ServiceProvider services, QueueOptions options, RedisConnection redis, DispatcherMetrics metrics)
    {
        _services = services;
        Options = options;
        Redis = redis;
        Metrics = metrics;
        Lanes = new QueueLanes(redis, Microsoft.Extensions.Options.Options.Create(options));
        Invitations = new RedisInvitationStore(redis, Lanes, Microsoft.Extensions.Options.Options.Create(options));
        Tenants = new RedisTenantStore(redis, Lanes);
        Suppression = new RedisSuppressionStore(redis, Lanes);
        Status = new RedisSystemStatus(redis, Lanes);
    }

    public QueueOptions Options { get; }
    public RedisConnection Redis { get; }
    public DispatcherMetrics Metrics { get; }
    public QueueLanes Lanes { get; }
    public RedisInvitationStore Invitations { get; }
    public RedisTenantStore Tenants { get; }
    public RedisSuppressionStore Suppression { get; }
    public RedisSystemStatus Status { get; }

    public static async Task<Engine> StartAsync(RedisServer server, QueueOptions? options = null)
    {
        await server.CommandAsync("FLUSHALL");
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new DispatcherMetrics(services.GetRequiredService<IMeterFactory>(), new QueueGauges());
        var redis = new RedisConnection(
            Microsoft.Extensions.Options.Options.Create(new RedisOptions { Configuration = server.Configuration }),
            TimeProvider.System,
            metrics);
        return new Engine(services, options ?? new QueueOptions(), redis, metrics);
    }

    public RedisLane Lane(string worker) => new(Redis, Lanes.All[0], Options, worker);

    public async Task<AddResult> AddAsync(string tenant, string id, DateTimeOffset? sendAt = null, string? body = null)
    {
        var json = Encoding.UTF8.GetBytes(body ?? $$"""{"recipient":{"email":"{{id}}@example.com"},"tenant":"{{tenant}}","id":"{{id}}"}""");
        var invitation = new NewInvitation(
            tenant, id, json, RecordKey.OfContent(json), RecordKey.OfRecipient(id + "@example.com"), sendAt, null);
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
        await Redis.DisposeAsync();
        await _services.DisposeAsync();
    }
}
