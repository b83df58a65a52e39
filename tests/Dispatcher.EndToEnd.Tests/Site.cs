using System.Text.Json;
using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Processes;
using StackExchange.Redis;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>A real Redis, a receiver that counts, and workers as processes: what a small installation is made of.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<WorkerProcess> _workers = [];
    private readonly ConnectionMultiplexer _producer;

    private Site(RedisServer redis, SmtpSimulator receiver, ConnectionMultiplexer producer, Dictionary<string, string> settings)
    {
        Redis = redis;
        Receiver = receiver;
        _producer = producer;
        Settings = settings;
    }

    public RedisServer Redis { get; }

    public SmtpSimulator Receiver { get; }

    public Dictionary<string, string> Settings { get; }

    public static async Task<Site> StartAsync(string appendFsync = "no", params IEnumerable<(string Name, string Value)> settings)
    {
        var redis = await RedisServer.StartAsync(appendFsync);
        var receiver = new SmtpSimulator(new SmtpSimulatorOptions { Memory = SmtpSimulatorMemory.MessageIds }, TimeProvider.System);
        await receiver.StartAsync();
        var producer = await ConnectionMultiplexer.ConnectAsync(redis.Configuration + ",abortConnect=false");
        var all = new Dictionary<string, string>
        {
            ["Redis__Configuration"] = redis.Configuration,
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

    public async Task<WorkerProcess> AddWorkerAsync()
    {
        var worker = await WorkerProcess.StartAsync(Settings);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Puts invitations in by XADD, as a producer in another language would.</summary>
    public async Task ProduceAsync(int from, int count, int tenants, Func<int, string>? address = null)
    {
        var database = _producer.GetDatabase();
        foreach (var chunk in Enumerable.Range(from, count).Chunk(1000))
        {
            await Task.WhenAll(chunk.Select(i => database.ExecuteAsync(
                "XADD",
                (RedisKey)"dispatch:intake",
                "*",
                "invitation",
                $$"""{"tenant":"t{{i % tenants}}","id":"n{{i}}","recipient":{"name":"Eva","email":"{{address?.Invoke(i) ?? $"success+{i}@example.com"}}"},"referenceNumber":"order-{{i}}"}""")));
        }
    }

    /// <summary>Waits until so many invitations stand in final statuses and none is unfinished; returns the counts by status.</summary>
    public async Task<Dictionary<string, long>> FinishedAsync(long expected, TimeSpan limit)
    {
        var last = "";
        try
        {
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
                limit,
                "all invitations to be finished");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; last status: {last}; workers: {string.Join("\n---\n", _workers.Select(w => w.Output))}", e);
        }
    }

    /// <summary>How many messages arrived more than once, counting each extra copy.</summary>
    public long Repeats => Receiver.Arrivals.Values.Sum(n => (long)n - 1);

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await _producer.CloseAsync();
        _producer.Dispose();
        await Receiver.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
