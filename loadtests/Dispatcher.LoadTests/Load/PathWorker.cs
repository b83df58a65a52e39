using System.Diagnostics;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.LoadTests.Scenarios;
using Dispatcher.LoadTests.Servers;
using Dispatcher.TestKit.Mail;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Load;

/// <summary>A worker with a Redis of its own, between a producer (this process) and an smtp-sink; works by rounds, and adds up what they cost.</summary>
internal sealed class PathWorker : IAsyncDisposable
{
    private const int Tenants = 50;
    private const int WarmUp = 5_000;
    private static readonly RedisValue[] Counters = ["seq", .. Transitions.Unfinished.Select(state => (RedisValue)("n:" + Transitions.Word(state)))];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly RedisUnderTest _redis;
    private readonly WorkerProcess _worker;
    private readonly SmtpSink _sink;
    private int _next;
    private int _measured;
    private PathTimes _spent;
    private long _most;

    private PathWorker(RedisUnderTest redis, WorkerProcess worker, SmtpSink sink)
    {
        _redis = redis;
        _worker = worker;
        _sink = sink;
    }

    /// <summary>A message's, over all rounds but the warm-up.</summary>
    public PathTimes Cost => _spent.Per(_measured);

    /// <summary>Invitations put in, the warm-up's too.</summary>
    public int PutIn => _next;

    /// <summary>Resident at most.</summary>
    public double Megabytes => _most / 1e6;

    /// <param name="keys">Folder of DKIM keys; null: unsigned.</param>
    public static async Task<PathWorker> StartAsync(ScenarioRun run, SmtpLoad load, SmtpSink sink, string? keys, CancellationToken cancellationToken)
    {
        var redis = await run.RedisAsync("everysec");
        PathWorker? worker = null;
        try
        {
            await run.BeginAsync(redis);
            var settings = new Dictionary<string, string>
            {
                ["Redis__Configuration"] = redis.Configuration,
                ["Smtp__Host"] = "127.0.0.1",
                ["Smtp__Port"] = $"{load.Port}",
                ["Smtp__From"] = "reviews@example.com",
                ["Smtp__Connections"] = $"{load.Connections}",
                ["Smtp__MessagesPerConnection"] = "100000", // as smtp-source -d
                ["Smtp__Dkim__Path"] = keys ?? "",
            };
            worker = new PathWorker(redis, await WorkerProcess.StartAsync(settings, cancellationToken), sink);
            await CompiledCode.SettleAsync(worker._worker.CompiledMethodsAsync, () => worker.WorkAsync(Math.Min(load.Messages, WarmUp), cancellationToken)); // connections open, too
            return worker;
        }
        catch
        {
            await (worker?.DisposeAsync() ?? redis.DisposeAsync());
            throw;
        }
    }

    /// <summary>From the first XADD to the last recorded status.</summary>
    /// <returns>Messages a second, and what one cost.</returns>
    public async Task<(double Rate, PathTimes Cost)> RoundAsync(int count, CancellationToken cancellationToken)
    {
        var before = await SpentAsync();
        var seconds = await WorkAsync(count, cancellationToken);
        var spent = await SpentAsync() - before;
        (_spent, _measured) = (_spent + spent, _measured + count);
        return (count / seconds, spent.Per(count));
    }

    /// <summary>Invitations recorded as delivered, over all tenants.</summary>
    public async Task<long> DeliveredAsync(CancellationToken cancellationToken)
    {
        await using var engine = new Engine(_redis.Configuration);
        return (await engine.Status.ReadAsync(tenants: true, cancellationToken)).Tenants.Values.Sum(t => t.GetValueOrDefault(Status.Delivered));
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private async Task<double> WorkAsync(int count, CancellationToken cancellationToken)
    {
        var elapsed = new Elapsed();
        await Door.ProduceAsync(_redis.Configuration, _next, count, Tenants);
        _next += count;
        while (!await AllRecordedAsync())
        {
            _most = Math.Max(_most, _worker.ResidentBytes);
            await Task.Delay(Look, cancellationToken);
        }

        return elapsed.Seconds;
    }

    /// <summary>Whether all that was put in has been accepted, and none is unfinished; by the lane's own counters, for each look takes some of Redis.</summary>
    private async Task<bool> AllRecordedAsync()
    {
        var counts = await _redis.Database.HashGetAsync("{d:00}:lane", Counters);
        return (long)counts[0] == _next && counts.Skip(1).All(count => (long)count == 0);
    }

    private async Task<PathTimes> SpentAsync()
    {
        using var receiver = Process.GetProcessById(_sink.ProcessId);
        using var self = Process.GetCurrentProcess();
        return new PathTimes(_worker.CpuMicroseconds, (await _redis.TimesAsync()).Cpu, (receiver.TotalProcessorTime + self.TotalProcessorTime).TotalMicroseconds);
    }
}

/// <summary>Processor time in microseconds.</summary>
/// <param name="Others">The sink's and the producer's.</param>
internal readonly record struct PathTimes(double Worker, double Redis, double Others)
{
    public double All => Worker + Redis + Others;

    public static PathTimes operator +(PathTimes left, PathTimes right) => new(left.Worker + right.Worker, left.Redis + right.Redis, left.Others + right.Others);

    public static PathTimes operator -(PathTimes left, PathTimes right) => new(left.Worker - right.Worker, left.Redis - right.Redis, left.Others - right.Others);

    /// <summary>Of each of so many.</summary>
    public PathTimes Per(int count) => new(Worker / count, Redis / count, Others / count);
}
