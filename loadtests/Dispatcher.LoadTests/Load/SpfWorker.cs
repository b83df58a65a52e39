using Dispatcher.Core.Statuses;
using Dispatcher.LoadTests.Scenarios;
using Dispatcher.LoadTests.Servers;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Load;

/// <summary>A worker with a Redis of its own, in which each round's tenants have a sender's domain each.</summary>
internal sealed class SpfWorker : IAsyncDisposable
{
    private readonly RedisUnderTest _redis;
    private readonly Engine _engine;
    private readonly WorkerProcess _worker;
    private readonly int _tenants;
    private int _next;

    private SpfWorker(RedisUnderTest redis, Engine engine, WorkerProcess worker, int tenants)
    {
        _redis = redis;
        _engine = engine;
        _worker = worker;
        _tenants = tenants;
    }

    /// <param name="resolver">Null: SPF is not checked.</param>
    public static async Task<SpfWorker> StartAsync(ScenarioRun run, int sink, string? resolver, int rounds, int tenants, CancellationToken cancellationToken)
    {
        var redis = await run.RedisAsync("everysec");
        var engine = new Engine(redis.Configuration);
        for (var number = tenants; number < (rounds + 1) * tenants; number++)
        {
            await engine.Tenants.ApplyAsync(SpfScenario.Tenant(number / tenants, number % tenants), cancellationToken);
        }

        var settings = new Dictionary<string, string>
        {
            ["Redis__Configuration"] = redis.Configuration,
            ["Smtp__Host"] = "127.0.0.1",
            ["Smtp__Port"] = $"{sink}",
            ["Smtp__From"] = "reviews@example.com",
            ["Smtp__Connections"] = "32",
            ["Smtp__MessagesPerConnection"] = "100000",
            ["Checks__SendingAddresses"] = resolver is null ? "" : SpfScenario.Allowed,
            ["Dns__Servers"] = resolver ?? "127.0.0.1:53",
        };
        return new SpfWorker(redis, engine, await WorkerProcess.StartAsync(settings, cancellationToken), tenants);
    }

    /// <summary>Code compiled, connections open; of tenants without a domain of their own.</summary>
    public Task WarmUpAsync(int messages, CancellationToken cancellationToken) => RoundAsync(0, messages, cancellationToken);

    /// <returns>Messages a second, from the first XADD to the last status.</returns>
    /// <exception cref="InvalidOperationException">Something was not delivered.</exception>
    public async Task<double> RoundAsync(int round, int messages, CancellationToken cancellationToken)
    {
        var elapsed = new Elapsed();
        await Door.ProduceAsync(_redis.Configuration, _next, messages, _tenants, round * _tenants);
        _next += messages;
        while (await UnfinishedAsync(cancellationToken) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        var seconds = elapsed.Seconds;
        var tenants = (await _engine.Status.ReadAsync(tenants: true, cancellationToken)).Tenants;
        var delivered = tenants.Values.Sum(t => t.GetValueOrDefault(Status.Delivered));
        return delivered == _next ? messages / seconds : throw new InvalidOperationException($"{delivered} of {_next} were delivered");
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _engine.DisposeAsync();
        await _redis.DisposeAsync();
    }

    /// <summary>What is at the door or on its way.</summary>
    private async Task<long> UnfinishedAsync(CancellationToken cancellationToken) =>
        (long)await _redis.Database.ExecuteAsync("XLEN", (RedisKey)"dispatch:intake") + (await _engine.Status.ReadAsync(tenants: false, cancellationToken)).Unfinished;
}
