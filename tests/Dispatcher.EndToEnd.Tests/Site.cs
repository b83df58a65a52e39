using System.Text.Json;
using Dispatcher.Core.Storage;
using Dispatcher.Redis;
using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>A real Redis, a receiver that counts, and workers as processes: what a small installation is made of.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<WorkerProcess> _workers = [];
    private readonly RedisServer? _redis;
    private readonly ConnectionMultiplexer _producer;
    private readonly ServiceProvider _stores;

    private Site(RedisServer? redis, SmtpSimulator receiver, ConnectionMultiplexer producer, Dictionary<string, string> settings)
    {
        _redis = redis;
        Receiver = receiver;
        _producer = producer;
        Settings = settings;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value)))
            .Build();
        _stores = new ServiceCollection().AddRedisStores(configuration).BuildServiceProvider();
    }

    /// <summary>The site's own Redis.</summary>
    public RedisServer Redis => _redis ?? throw new InvalidOperationException("this site stands on somebody else's Redis");

    public SmtpSimulator Receiver { get; }

    public Dictionary<string, string> Settings { get; }

    public IReadOnlyList<WorkerProcess> Workers => _workers;

    public static async Task<Site> StartAsync(string appendFsync = "no", params IEnumerable<(string Name, string Value)> settings)
    {
        var redis = await RedisServer.StartAsync(appendFsync);
        return await StartAsync(redis, redis.Configuration, settings);
    }

    /// <summary>On a Redis that the test looks after: a cluster, a pair, or one behind a proxy.</summary>
    public static Task<Site> OnAsync(string configuration, params IEnumerable<(string Name, string Value)> settings) =>
        StartAsync(null, configuration, settings);

    public async Task<WorkerProcess> AddWorkerAsync(params IEnumerable<(string Name, string Value)> settings)
    {
        var worker = LaunchWorker(settings);
        await worker.WaitForHealthAsync("ready", healthy: true);
        return worker;
    }

    /// <summary>Starts a worker without waiting for it.</summary>
    /// <param name="settings">For this worker alone.</param>
    public WorkerProcess LaunchWorker(params IEnumerable<(string Name, string Value)> settings)
    {
        var all = new Dictionary<string, string>(Settings);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        var worker = WorkerProcess.Launch(all);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Puts invitations in by XADD, as a producer in another language would.</summary>
    public async Task ProduceAsync(int from, int count, int tenants, Func<int, string>? address = null, Func<int, string>? sender = null)
    {
        foreach (var chunk in Enumerable.Range(from, count).Chunk(1000))
        {
            await Task.WhenAll(chunk.Select(i => AddAsync(i, tenants, address, sender)));
        }
    }

    /// <summary>The same at a steady rate, by a producer that repeats each XADD until it was answered, whatever happens to Redis.</summary>
    public async Task ProduceStubbornlyAsync(int from, int count, int tenants, int perSecond, CancellationToken deadline, Func<int, string>? address = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        foreach (var chunk in Enumerable.Range(from, count).Chunk(Math.Max(1, perSecond / 10)))
        {
            await Task.WhenAll(chunk.Select(i => AddStubbornlyAsync(i, tenants, address, deadline)));
            await timer.WaitForNextTickAsync(deadline);
        }
    }

    /// <summary>Totals as the product's own store reads them, without a process for each look; null while Redis can't be asked.</summary>
    public async Task<SystemSnapshot?> LookAsync()
    {
        try
        {
            return await _stores.GetRequiredService<ISystemStatus>().ReadAsync(tenants: true, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    public async Task<InvitationRecord?> RecordAsync(string tenant, string id) =>
        (await _stores.GetRequiredService<IInvitationStore>().FindAsync(tenant, id, CancellationToken.None)).SingleOrDefault();

    /// <summary>Waits until so many invitations stand in final statuses and none is unfinished; returns the counts by status.</summary>
    public async Task<Dictionary<string, long>> FinishedAsync(long expected, TimeSpan limit)
    {
        var last = "";
        try
        {
            await Eventually.GetAsync(
                async () => await LookAsync() is { Unfinished: 0, Intake: 0 } look && look.Tenants.Values.Sum(t => t.Values.Sum()) == expected
                    ? look
                    : null,
                limit,
                "all invitations to be finished");
            return await Eventually.GetAsync(
                async () =>
                {
                    (_, last) = await WorkerProcess.RunAsync(Settings, "status", "--json");
                    var line = last.Split('\n').FirstOrDefault(l => l.StartsWith('{'));
                    if (line is null)
                    {
                        return null;
                    }

                    using var status = JsonDocument.Parse(line);
                    var root = status.RootElement;
                    var counts = new Dictionary<string, long>();
                    foreach (var pair in root.GetProperty("tenants").EnumerateObject().SelectMany(t => t.Value.EnumerateObject()))
                    {
                        counts[pair.Name] = counts.GetValueOrDefault(pair.Name) + pair.Value.GetInt64();
                    }

                    var unfinished = root.GetProperty("backlog").EnumerateObject().Sum(s => s.Value.GetInt64());
                    return unfinished == 0 && counts.Values.Sum() == expected ? counts : null;
                },
                TimeSpan.FromSeconds(30),
                "the command to say the same");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; {await DescribeAsync()}; last status: {last}; workers: {string.Join("\n---\n", _workers.Select(w => w.Output))}", e);
        }
    }

    /// <summary>How many messages arrived more than once, counting each extra copy.</summary>
    public long Repeats => Receiver.Arrivals.Values.Sum(n => (long)n - 1);

    /// <summary>How many attempts the queue counted as uncertain, ever.</summary>
    public async Task<long> UncertainAsync() => (await Eventually.GetAsync(LookAsync, TimeSpan.FromSeconds(10), "Redis to answer")).Uncertain;

    /// <summary>What <c>dispatcher_uncertain_total</c> says, over the workers that are alive.</summary>
    public static async Task<double> UncertainMetricAsync(params IEnumerable<WorkerProcess> alive)
    {
        var sum = 0.0;
        foreach (var worker in alive)
        {
            sum += await worker.MetricAsync("dispatcher_uncertain_total");
        }

        return sum;
    }

    /// <summary>Waits until the receiver has taken so many more messages than now; returns how long that took.</summary>
    public Task<TimeSpan> MoreArriveAsync(long more, TimeSpan limit) => ArriveAsync(Receiver.MessagesAccepted + more, limit);

    /// <summary>Waits until the receiver has taken so many messages in all; returns how long that took.</summary>
    public async Task<TimeSpan> ArriveAsync(long all, TimeSpan limit)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await Receiver.WaitForAcceptedAsync(all, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"Not within {limit.TotalSeconds:0} s: {all} messages; {await DescribeAsync()}; workers: {string.Join("\n---\n", _workers.Select(w => w.Output))}");
        }

        return clock.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await _stores.DisposeAsync();
        await _producer.CloseAsync();
        _producer.Dispose();
        await Receiver.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    private static async Task<Site> StartAsync(RedisServer? redis, string configuration, IEnumerable<(string Name, string Value)> settings)
    {
        var receiver = new SmtpSimulator(new SmtpSimulatorOptions { Memory = SmtpSimulatorMemory.MessageIds }, TimeProvider.System);
        await receiver.StartAsync();
        var producer = await ConnectionMultiplexer.ConnectAsync(configuration + ",abortConnect=false,tiebreaker=,configChannel=");
        var all = new Dictionary<string, string>
        {
            ["Redis__Configuration"] = configuration,
            ["Smtp__Host"] = "127.0.0.1",
            ["Smtp__Port"] = $"{receiver.Port}",
            ["Smtp__From"] = "reviews@example.com",
            ["Retry__Schedule"] = "1s",
            ["Retry__Greylist"] = "1s",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new Site(redis, receiver, producer, all);
    }

    private Task<RedisResult> AddAsync(int i, int tenants, Func<int, string>? address, Func<int, string>? sender = null) => _producer.GetDatabase().ExecuteAsync(
        "XADD",
        (RedisKey)"dispatch:intake",
        "*",
        "invitation",
        $$"""{"tenant":"t{{i % tenants}}","id":"n{{i}}","recipient":{"name":"Eva","email":"{{address?.Invoke(i) ?? $"success+{i}@example.com"}}"},"referenceNumber":"order-{{i}}"{{(sender is null ? "" : $",\"sender\":{{\"email\":\"{sender(i)}\"}}")}}}""");

    private Task<Site> AddStubbornlyAsync(int i, int tenants, Func<int, string>? address, CancellationToken deadline) => Eventually.GetAsync(
        async () =>
        {
            try
            {
                // Sooner than by the library's own deadline.
                await AddAsync(i, tenants, address).WaitAsync(TimeSpan.FromSeconds(2), deadline);
                return this;
            }
            catch (Exception e) when (e is RedisException or TimeoutException)
            {
                return null;
            }
        },
        TimeSpan.FromMinutes(10),
        "an XADD to be answered");

    private async Task<string> DescribeAsync() => await LookAsync() is { } look
        ? $"at the receiver {Receiver.MessagesAccepted}, repeats {Repeats}, intake {look.Intake}, backlog {string.Join(' ', look.Backlog.Select(b => $"{b.Key}:{b.Value}"))}"
        : "Redis can't be asked";
}
