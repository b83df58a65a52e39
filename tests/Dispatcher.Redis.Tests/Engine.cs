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
    private long _clock;

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
    public static Engine Of(string configuration, QueueOptions options, TimeSpan? callTimeout = null, int minReplicas = 0)
    {
        var services = new ServiceCollection().AddMetrics();
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Redis:Configuration"] = configuration, ["Redis:CallTimeout"] = $"{callTimeout ?? TimeSpan.FromSeconds(20)}", ["Redis:MinReplicas"] = $"{minReplicas}" })
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

    public RedisLane Lane(string worker, int lane) => new(Redis, Lanes.All[lane], Options, worker, TimeProvider.System);

    public RedisLane Lane(string worker) => Lane(worker, 0);

    public async Task<AddResult> AddAsync(string tenant, string id, DateTimeOffset? sendAt = null, string? body = null)
    {
        var json = Encoding.UTF8.GetBytes(body ?? $$"""{"recipient":{"email":"{{id}}@example.com"},"tenant":"{{tenant}}","id":"{{id}}"}""");
        var now = TimeProvider.System.GetUtcNow();
        var read = InvitationReader.Read(json, new InvitationReadContext(tenant, id, null)).Invitation;
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

    /// <summary>An invitation that filters and destination groups can look at.</summary>
    public static NewInvitation Invitation(string tenant, string id, string domain = "example.com", InvitationTraits? traits = null, DateTimeOffset? sendAt = null, DateTimeOffset? createdAt = null)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"recipient":{"email":"{{id}}@{{domain}}"},"tenant":"{{tenant}}","id":"{{id}}"}""");
        return new NewInvitation(tenant, id, body, RecordKey.OfBody(body), RecordKey.OfRecipient($"{id}@{domain}"), sendAt, createdAt)
        {
            Traits = traits ?? new InvitationTraits(InvitationType.Service, "default", domain, []),
        };
    }

    /// <summary>Adds so many of a tenant, in order: <c>prefix0</c>, <c>prefix1</c> …</summary>
    public async Task AddManyAsync(string tenant, int count, string domain = "example.com", string prefix = "i")
    {
        var results = await Invitations.AddAsync([.. Enumerable.Range(0, count).Select(i => Invitation(tenant, $"{prefix}{i}", domain))], "test", default);
        Assert.All(results, r => Assert.Equal(AddResult.Accepted, r));
    }

    /// <summary>
    /// Stops the lanes' clock, or moves it on. The scripts' clock never goes backwards: it is put ahead of Redis' own, and the pace at which it would
    /// go on is no number. It stands still, so that limits can be told to the token without waiting.
    /// </summary>
    public async Task PassAsync(TimeSpan span)
    {
        _clock = (_clock == 0 ? TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds() : _clock) + (long)span.TotalMilliseconds;
        foreach (var lane in Lanes.All)
        {
            await Redis.CallAsync(d => d.ExecuteAsync("HSET", lane.Lane, "clock", _clock, "slew", "nan"), default);
        }
    }

    public Task StopClockAsync() => PassAsync(TimeSpan.Zero);

    /// <summary>A number of a tenant (<c>t:name</c>) or of a destination group (<c>g:name</c>) in a lane; 0: none.</summary>
    public async Task<double> NumberAsync(string holder, string field, int lane = 0)
    {
        var value = await Redis.CallAsync(d => d.HashGetAsync(Lanes.All[lane].Prefix + holder, field), default);
        return value.HasValue ? (double)value : 0;
    }

    public Task<long> QueuedAsync(string flow) => Redis.CallAsync(d => d.ListLengthAsync(Lanes.All[0].Prefix + "q:" + flow), default);

    public async Task AssertInOrderAsync() => Assert.Empty((await LanePicture.TakeAsync(this)).Faults);

    /// <summary>Starts each, in one call.</summary>
    public static async Task<IReadOnlyList<StepAnswer>> StartAsync(RedisLane lane, IEnumerable<ClaimedInvitation> claimed) =>
        await lane.AdvanceAsync([.. claimed.Select(Start)], default);

    /// <summary>Ends each as delivered, in one call.</summary>
    public static async Task DoneAsync(RedisLane lane, IEnumerable<ClaimedInvitation> claimed) =>
        Assert.All(await lane.AdvanceAsync([.. claimed.Select(c => Done(c))], default), a => Assert.Equal(StepAnswerKind.Ok, a.Kind));

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
