using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

public sealed class HousekeeperTests(RedisFixture redis)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Loop_CancelThatItsCallerLeft_IsCarriedToItsEnd()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        for (var n = 0; n < 30; n++)
        {
            await engine.AddAsync("acme", $"a{n}");
        }

        await BeginAsync(engine);
        await using var keeper = await Keeper.StartAsync(engine);

        await UntilAsync(async () => (await engine.RecordAsync("acme", "a29")).State == State.Final && (await engine.RecordAsync("acme", "a0")).State == State.Final);
        await UntilAsync(async () => !await engine.Redis.CallAsync(d => d.KeyExistsAsync(engine.Lanes.All[0].Prefix + "rules"), default));
        Assert.Empty((await LanePicture.TakeAsync(engine)).Faults);
    }

    [Fact]
    public async Task Loop_RedisWasEmptied_SaysAgainHowManyLanesThereAre()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await using var keeper = await Keeper.StartAsync(engine);
        await engine.Lanes.EnsureAgreedAsync(default);

        await engine.Redis.CallAsync(d => d.KeyDeleteAsync(DispatchKeys.Meta), default);

        await UntilAsync(async () => await engine.Redis.CallAsync(d => d.HashLengthAsync(DispatchKeys.Meta), default) == 2);
    }

    /// <summary>Two that don't agree must not both work on the data.</summary>
    [Fact]
    public async Task Loop_RedisWasEmptiedAndIsAnothers_EndsTheWorker()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await using var keeper = await Keeper.StartAsync(engine);
        await engine.Lanes.EnsureAgreedAsync(default);

        await engine.Redis.CallAsync(d => d.HashSetAsync(DispatchKeys.Meta, "lanes", 4), default);

        await UntilAsync(() => Task.FromResult(keeper.Failure is QueueMismatchException));
    }

    [Fact]
    public async Task Loop_LaneOutOfOrder_IsReconciledWithALogLineOfCounts()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { ReconcileInterval = TimeSpan.FromSeconds(1) });
        await engine.AddAsync("acme", "a1");
        await engine.Redis.CallAsync(d => d.KeyDeleteAsync(engine.Lanes.All[0].Prefix + "q:acme"), default);

        await using var keeper = await Keeper.StartAsync(engine);

        await UntilAsync(async () => (await LanePicture.TakeAsync(engine)).Faults.Count == 0);
        await UntilAsync(() => Task.FromResult(keeper.Lines.Any(line => line.Contains("1 not in their queue", StringComparison.Ordinal))));
        Assert.DoesNotContain(keeper.Lines, line => line.Contains("acme", StringComparison.Ordinal) || line.Contains('@', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Loop_OneJobFails_DoesTheOthers()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { ReconcileInterval = TimeSpan.FromSeconds(1) });
        await engine.AddAsync("acme", "a1");
        await engine.Invitations.CancelAsync("acme", ["a1"], "staff", default);
        var lane = engine.Lanes.All[0];
        await engine.Redis.CallAsync(d => d.HashIncrementAsync(lane.Lane, "clock", (long)engine.Options.FinalRetention.TotalMilliseconds + 1000), default);
        await engine.Redis.CallAsync(d => d.HashSetAsync(lane.Prefix + "rules", "r1", "no JSON"), default);
        await engine.Redis.CallAsync(d => d.HashSetAsync(lane.Lane, "n:queued", 5), default);

        await using var keeper = await Keeper.StartAsync(engine);

        await UntilAsync(async () => (await engine.Invitations.FindAsync("acme", "a1", default)).Count == 0);
        await UntilAsync(async () => await engine.NumberAsync("lane", "n:queued") == 0);
        Assert.Single(keeper.Lines, line => line.StartsWith("Housekeeping waits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TakeTurn_SomebodyHasIt_IsNotTaken()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var reconciler = engine.Get<RedisReconciler>();

        Assert.True(await reconciler.TakeTurnAsync(engine.Lanes.All[0], default));
        Assert.False(await reconciler.TakeTurnAsync(engine.Lanes.All[0], default));
    }

    [Fact]
    public async Task Loop_RedisAwayAndBack_GoesOn()
    {
        await using var server = await RedisServer.StartAsync(appendFsync: "always");
        await using var engine = await Engine.StartAsync(server, new QueueOptions { ReconcileInterval = TimeSpan.FromSeconds(1) });
        await engine.AddAsync("acme", "a1");
        await using var keeper = await Keeper.StartAsync(engine);

        await server.KillAsync();
        await UntilAsync(() => Task.FromResult(keeper.Lines.Any(line => line.StartsWith("Housekeeping waits", StringComparison.Ordinal))));
        await server.StartAgainAsync();
        await UntilAsync(async () => await BreakAsync(engine));

        await UntilAsync(async () => (await LanePicture.TakeAsync(engine)).Faults.Count == 0);
        Assert.Single(keeper.Lines, line => line.StartsWith("Housekeeping waits", StringComparison.Ordinal));
    }

    /// <summary>What it takes away is what makes room: it must not stop at what Redis refuses then.</summary>
    [Fact]
    public async Task Loop_RedisFull_GoesOn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var engine = await Engine.StartAsync(server, new QueueOptions { ReconcileInterval = TimeSpan.FromSeconds(1) });
        await engine.AddManyAsync("acme", 1000);
        await BeginAsync(engine);
        await engine.AddAsync("beta", "b1");
        await engine.Redis.CallAsync(d => d.KeyDeleteAsync(engine.Lanes.All[0].Prefix + "q:beta"), default);
        Assert.Equal("+OK", await server.CommandAsync("CONFIG SET maxmemory 1"));

        await using var keeper = await Keeper.StartAsync(engine);

        await UntilAsync(async () => !await engine.Redis.CallAsync(d => d.KeyExistsAsync(engine.Lanes.All[0].Prefix + "rules"), default));
        await UntilAsync(async () => (await LanePicture.TakeAsync(engine)).Faults.Count == 0);
        Assert.DoesNotContain(keeper.Lines, line => line.StartsWith("Housekeeping waits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_WhileRunning_Ends()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        await using var keeper = await Keeper.StartAsync(engine);

        await keeper.StopAsync().WaitAsync(TimeSpan.FromSeconds(5));

        Assert.True(keeper.Ended);
    }

    [Fact]
    public async Task Tidy_Consumers_TakesOnlyThoseThatAreDeadAndHaveNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { WorkerName = "me" });
        await engine.Get<IntakeStream>().EnsureGroupAsync(default);
        await AtDoorAsync(engine, "XADD", DispatchKeys.Intake, "*", "invitation", "{}");
        await AtDoorAsync(engine, "XREADGROUP", "GROUP", DispatchKeys.Group, "pending", "COUNT", 1, "STREAMS", DispatchKeys.Intake, ">");
        await AtDoorAsync(engine, "XGROUP", "CREATECONSUMER", DispatchKeys.Intake, DispatchKeys.Group, "dead");
        var me = engine.Get<WorkerName>().Value;
        await AtDoorAsync(engine, "XGROUP", "CREATECONSUMER", DispatchKeys.Intake, DispatchKeys.Group, me);
        var young = new DoorKeeper(engine.Redis, engine.Get<WorkerName>(), Options.Create(engine.Options));
        var old = new DoorKeeper(engine.Redis, engine.Get<WorkerName>(), Options.Create(engine.Options)) { DeadAfter = TimeSpan.Zero };

        Assert.Equal(0, await young.TidyAsync(default));
        Assert.Equal(1, await old.TidyAsync(default));

        Assert.Equal([me, "pending"], (await old.ConsumersAsync(default)).Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Tidy_NoDoorYet_DoesNothing()
    {
        await using var engine = await Engine.StartAsync(redis.Server);

        Assert.Equal(0, await new DoorKeeper(engine.Redis, engine.Get<WorkerName>(), Options.Create(engine.Options)).TidyAsync(default));
    }

    [Fact]
    public async Task Tidy_MoreRejectedThanAreKept_KeepsTheNewest()
    {
        await using var engine = await Engine.StartAsync(redis.Server, new QueueOptions { MaxRejected = 3 });
        for (var n = 0; n < 10; n++)
        {
            await AtDoorAsync(engine, "XADD", DispatchKeys.Rejected, "*", "reason", "r", "raw", $"{n}");
        }

        await new DoorKeeper(engine.Redis, engine.Get<WorkerName>(), Options.Create(engine.Options)).TidyAsync(default);

        var left = (await AtDoorAsync(engine, "XRANGE", DispatchKeys.Rejected, "-", "+")).Rows();
        Assert.Equal(["7", "8", "9"], left.Select(e => LaneReplies.Pairs(e.Rows()[1])["raw"]));
    }

    [Fact]
    public async Task Tidy_FewerMegabytesThanAreKept_KeepsTheNewest()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var bytes = new byte[100_000];
        await engine.Get<IntakeStream>().RejectAsync([.. Enumerable.Range(0, 40).Select(n => new RejectedEntry(new IntakeEntry($"{n}-1", null, bytes), "r"))], default);

        await KeepAsync(4);
        Assert.Equal(40, (await AtDoorAsync(engine, "XRANGE", DispatchKeys.Rejected, "-", "+")).Rows().Length);
        await KeepAsync(1);

        var left = (await AtDoorAsync(engine, "XRANGE", DispatchKeys.Rejected, "-", "+")).Rows();
        Assert.Equal(Enumerable.Range(30, 10).Select(n => $"{n}-1"), left.Select(e => LaneReplies.Pairs(e.Rows()[1])["entry"]));

        Task KeepAsync(int megabytes) =>
            new DoorKeeper(engine.Redis, engine.Get<WorkerName>(), Options.Create(new QueueOptions { MaxRejectedMegabytes = megabytes })).TidyAsync(default);
    }

    private static Task<RedisResult> AtDoorAsync(Engine engine, string command, params object[] arguments) =>
        engine.Redis.CallAsync(d => d.ExecuteAsync(command, arguments), default);

    private static async Task<bool> BreakAsync(Engine engine)
    {
        try
        {
            return await engine.Redis.CallAsync(d => d.HashSetAsync(engine.Lanes.All[0].Lane, "n:queued", 5), default) || true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    /// <summary>As a command that is killed right after the rule was stored.</summary>
    private static async Task BeginAsync(Engine engine)
    {
        using var killed = new CancellationTokenSource();
        var progress = new Killer(killed);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await engine.Get<FilterSweep>().RunAsync(new InvitationFilter { Tenant = "acme" }, null, "staff", progress, killed.Token));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private sealed class Killer(CancellationTokenSource source) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => source.Cancel();
    }

    /// <summary>A housekeeper that runs, and what it logged.</summary>
    private sealed class Keeper : IAsyncDisposable, ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];
        private RedisHousekeeper? _housekeeper;

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public Exception? Failure => _housekeeper!.ExecuteTask?.Exception?.InnerException;

        public bool Ended => _housekeeper!.ExecuteTask is { IsCompleted: true, IsFaulted: false };

        public static async Task<Keeper> StartAsync(Engine engine)
        {
            var keeper = new Keeper();
            using var logs = LoggerFactory.Create(builder => builder.AddProvider(keeper));
            var options = Options.Create(engine.Options);
            keeper._housekeeper = new RedisHousekeeper(
                engine.Lanes,
                new RuleKeeper(engine.Redis, engine.Get<FilterSweep>(), TimeProvider.System),
                new RecordKeeper(engine.Redis, Microsoft.Extensions.Options.Options.Create(engine.Options), TimeProvider.System),
                new RedisReconciler(engine.Redis, engine.Lanes, options, TimeProvider.System, logs.CreateLogger<RedisReconciler>()),
                new DoorKeeper(engine.Redis, engine.Get<WorkerName>(), options),
                options,
                TimeProvider.System,
                logs.CreateLogger<RedisHousekeeper>());
            await keeper._housekeeper.StartAsync(default);
            return keeper;
        }

        public Task StopAsync() => _housekeeper!.StopAsync(default);

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _housekeeper!.Dispose();
        }
    }
}
