using System.Collections.Concurrent;
using System.Globalization;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

public sealed class StreamIntakeTests(RedisFixture redis)
{
    private const string Good = """{"tenant":"acme","id":"a1","recipient":{"email":"eva@example.com"}}""";

    [Fact]
    public async Task Door_AnInvitation_IsQueuedAndGoneFromTheStream()
    {
        await using var door = await Door.OpenAsync(redis);

        await door.AddAsync("invitation", Good);
        await door.EmptyAsync();

        Assert.Equal(State.Queued, (await door.Engine.RecordAsync("acme", "a1")).State);
        Assert.Equal(0, (await door.Engine.Status.ReadAsync(true, default)).Rejected);
    }

    [Fact]
    public async Task Door_NoIdGiven_IsNamedAfterItsEntry()
    {
        await using var door = await Door.OpenAsync(redis);

        var entry = await door.AddAsync("invitation", """{"tenant":"acme","recipient":{"email":"eva@example.com"}}""");
        await door.EmptyAsync();

        Assert.Equal(State.Queued, (await door.Engine.RecordAsync("acme", "x-" + entry)).State);
    }

    [Theory]
    [InlineData("invitation", "{not json")]
    [InlineData("invitation", "")]
    [InlineData("invitation", """{"tenant":"ACME","recipient":{"email":"a@example.com"}}""")]
    [InlineData("invitation", """{"tenant":"acme","recipient":{}}""")]
    [InlineData("invitation", """{"\ud800":1,"tenant":"acme","recipient":{"email":"a@example.com"}}""")]
    [InlineData("something", "else")]
    public async Task Door_NoInvitation_IsKeptWithItsReasonAndBytes(string field, string value)
    {
        await using var door = await Door.OpenAsync(redis);

        var entry = await door.AddAsync(field, value);
        await door.EmptyAsync();

        var kept = Assert.Single(await door.RejectedAsync());
        Assert.NotEqual("", kept["reason"]);
        Assert.Contains(value, kept["raw"], StringComparison.Ordinal);
        Assert.Equal(entry, kept["entry"]);
    }

    [Fact]
    public async Task Door_SameIdOtherContent_IsRejectedAsConflict()
    {
        await using var door = await Door.OpenAsync(redis);

        await door.AddAsync("invitation", Good);
        await door.AddAsync("invitation", Good);
        await door.AddAsync("invitation", Good.Replace("eva", "ann", StringComparison.Ordinal));
        await door.EmptyAsync();

        Assert.Contains("other content", Assert.Single(await door.RejectedAsync())["reason"], StringComparison.Ordinal);
        Assert.Equal(1, (await door.Engine.Status.ReadAsync(true, default)).Unfinished);
    }

    /// <summary>Nobody knows the next bug of this kind, so the clock has it.</summary>
    [Fact]
    public async Task Door_AnEntryThatTheReaderTripsOver_IsRejectedAndTheNextOneRead()
    {
        var log = new LogFrom(LogLevel.Error);
        await using var door = await Door.OpenAsync(redis, time: new TrippingClock("eva@example.com"), logger: log);

        var entry = await door.AddAsync("invitation", Good);
        await door.AddAsync("invitation", Good.Replace("a1", "a2", StringComparison.Ordinal));
        await door.EmptyAsync();

        var kept = Assert.Single(await door.RejectedAsync());
        Assert.Equal((entry, Good), (kept["entry"], kept["raw"]));
        Assert.Contains("(TimeoutException)", kept["reason"], StringComparison.Ordinal);
        Assert.DoesNotContain("eva", kept["reason"], StringComparison.Ordinal);
        var line = Assert.Single(log.Lines);
        Assert.Contains(entry, line, StringComparison.Ordinal);
        Assert.Contains("TimeoutException", line, StringComparison.Ordinal);
        Assert.DoesNotContain("eva", line, StringComparison.Ordinal);
        Assert.Equal(State.Queued, (await door.Engine.RecordAsync("acme", "a2")).State);
    }

    [Fact]
    public async Task Door_BytesThatAreNoText_AreKeptAsTheyWere()
    {
        await using var door = await Door.OpenAsync(redis);
        byte[] bytes = [0xff, 0xfe, 0x00, (byte)'\r', (byte)'\n', 0x80];

        await door.AddAsync("invitation", bytes);
        await door.EmptyAsync();

        Assert.Equal(bytes, await door.RawOfFirstRejectedAsync());
    }

    [Fact]
    public async Task Door_MoreThanAnInvitationMayHave_IsCutWithAMark()
    {
        await using var door = await Door.OpenAsync(redis);

        await door.AddAsync("invitation", new string('x', 300_000));
        await door.AddAsync("something", new string('y', 300_000));
        await door.EmptyAsync();

        var kept = await door.RejectedAsync();
        Assert.All(kept, entry => Assert.Equal(RejectedEntries.MostBytes, entry["raw"].Length));
        Assert.EndsWith("(raw: the first 262144 of 300000 bytes)", kept[0]["reason"], StringComparison.Ordinal);
        Assert.EndsWith("(raw: the first 262144 of 300011 bytes)", kept[1]["reason"], StringComparison.Ordinal);
    }

    /// <summary>Small ones first, which must all go for a few large ones.</summary>
    [Fact]
    public async Task Door_ManyLargeEntries_KeepsTheNewestWithinTheirMegabytes()
    {
        const int Megabyte = 1024 * 1024, Most = 2;
        await using var door = await Door.OpenAsync(redis, new QueueOptions { MaxRejectedMegabytes = Most }, engine => FillAsync(engine, 2_000, _ => true));
        await door.EmptyAsync();
        Assert.Equal(2_000, (await door.RejectedAsync()).Count);

        var large = new string('x', 200_000);
        for (var n = 0; n < 30; n++)
        {
            await door.AddAsync("invitation", large + n);
        }

        await door.EmptyAsync();

        var kept = await door.RejectedAsync();
        Assert.InRange(kept.Sum(entry => entry["raw"].Length), Megabyte, Most * Megabyte + large.Length);
        Assert.Equal(Enumerable.Range(30 - kept.Count, kept.Count).Select(n => large + n), kept.Select(entry => entry["raw"]));
        Assert.InRange((long)await door.Engine.Redis.CallAsync(d => d.ExecuteAsync("MEMORY", "USAGE", DispatchKeys.Rejected, "SAMPLES", "0"), default), Megabyte, 3 * Megabyte);
    }

    [Fact]
    public async Task Door_BacklogFull_LeavesEntriesUnread()
    {
        await using var door = await Door.OpenAsync(redis, new QueueOptions { MaxBacklog = 1 });
        await door.AddAsync("invitation", Good);
        await door.EmptyAsync();

        await door.AddAsync("invitation", Good.Replace("a1", "a2", StringComparison.Ordinal));
        await door.PendingAsync();
        Assert.Equal(1, await door.LengthAsync());

        await door.Engine.Invitations.CancelAsync("acme", ["a1"], "staff", default);
        await door.EmptyAsync();
        Assert.Equal(State.Queued, (await door.Engine.RecordAsync("acme", "a2")).State);
    }

    [Fact]
    public async Task Door_RoomForPartOfARead_LetsThatPartGo()
    {
        // Reads of 1 and 2 are stored, and 2 of the next 4.
        const int Many = 20, Room = 5;
        await using var door = await Door.OpenAsync(redis, new QueueOptions { MaxBacklog = Room }, engine => FillAsync(engine, Many, _ => false));

        await Door.UntilAsync(async () => (await door.Engine.Status.ReadAsync(false, default)).Unfinished == Room && await door.LengthAsync() == Many - Room);

        Assert.InRange(await door.PendingNowAsync(), 2, Many - Room);
    }

    [Fact]
    public async Task Door_FullForSeveralTurns_SaysSoOnce()
    {
        const int Turns = 4;
        var log = new LogFrom(LogLevel.Warning);
        await using var server = await RedisServer.StartAsync();
        await using var door = await Door.OpenAsync(server, new QueueOptions { MaxBacklog = 1 }, engine => FillAsync(engine, 2, _ => false), logger: log);
        await Door.UntilAsync(() => Task.FromResult(!log.Lines.IsEmpty));

        var before = await CallsAsync(server, "fcall");
        await Door.UntilAsync(async () => await CallsAsync(server, "fcall") >= before + Turns);

        Assert.Single(log.Lines, line => line.Contains("left unread", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Door_ManyReads_TakeAllOnceAndKeepWhatIsNone()
    {
        const int Many = 1_700, Bad = 17;
        await using var door = await Door.OpenAsync(redis, before: engine => FillAsync(engine, Many, n => n % 100 == 7));

        await door.EmptyAsync();

        Assert.Equal(Many - Bad, (await door.Engine.Status.ReadAsync(true, default)).Unfinished);
        Assert.Equal(Bad, (await door.RejectedAsync()).Count);
        await Door.UntilAsync(async () => await door.PendingNowAsync() == 0);
        await door.Engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Door_FullWhileMuchWaits_HoldsTwoReadsAtMostAndTakesAllInTime()
    {
        const int Many = 2_000, Room = 300;
        await using var door = await Door.OpenAsync(redis, new QueueOptions { MaxBacklog = Room }, engine => FillAsync(engine, Many, _ => false));
        await Door.UntilAsync(async () => (await door.Engine.Status.ReadAsync(false, default)).Unfinished == Room);

        Assert.InRange(await door.PendingNowAsync(), 500, 1_000);
        await Door.UntilAsync(async () => await door.LengthAsync() == Many - Room);

        var cancelled = 0L;
        await Door.UntilAsync(async () =>
        {
            cancelled += (await door.Engine.Invitations.CancelAsync(new InvitationFilter(), "staff", null, default)).Cancelled;
            return await door.LengthAsync() == 0;
        });
        Assert.Equal(Many, cancelled + (await door.Engine.Status.ReadAsync(false, default)).Unfinished);
        Assert.Empty(await door.RejectedAsync());
        await door.Engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Door_AcknowledgingFails_KeepsWhatIsNoInvitationOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var door = await Door.OpenAsync(server);
        await server.CommandAsync("ACL SETUSER default -xack -xdel");

        await door.AddAsync("invitation", "{}");
        await Door.UntilAsync(async () => await RefusedAsync(server, "xdel") >= 3);
        await server.CommandAsync("ACL SETUSER default +xack +xdel");
        await door.EmptyAsync();

        Assert.Single(await door.RejectedAsync());
    }

    [Fact]
    public async Task Door_FullForLong_KeepsWhatItHasInHandAndRejectsItOnce()
    {
        // Reads of 1, 2, 4, 8, 16 and 32 are stored; of the next 64 there is no room for all, and the rest is read ahead.
        const int Many = 180, Room = 100, InHand = Many - Room - 5, Bad = 7, Renewals = 5;
        var soon = TimeSpan.FromSeconds(1);
        await using var door = await Door.OpenAsync(redis.Server, new QueueOptions { MaxBacklog = Room }, engine => FillAsync(engine, Many, n => n % 25 == 7), soon);
        await Door.UntilAsync(async () => (await door.Engine.Status.ReadAsync(false, default)).Unfinished == Room && await door.PendingNowAsync() == InHand);
        await using var other = await door.OpenOtherAsync();

        // In all that time anybody else could have taken over what is not shown to be in somebody's hand.
        var (idle, renewals) = (0L, 0);
        await Door.UntilAsync(async () =>
        {
            var (now, readers) = await door.InHandAsync();
            Assert.Equal(1, readers);
            renewals += now < idle ? 1 : 0;
            idle = now;
            return renewals >= Renewals;
        });
        var cancelled = 0L;
        await Door.UntilAsync(async () =>
        {
            cancelled += (await door.Engine.Invitations.CancelAsync(new InvitationFilter(), "staff", null, default)).Cancelled;
            return await door.LengthAsync() == 0;
        });

        Assert.Equal(Bad, (await door.RejectedAsync()).Select(kept => kept["entry"]).Distinct().Count());
        Assert.Equal(Bad, (await door.RejectedAsync()).Count);
        Assert.Equal(Many - Bad, cancelled + (await door.Engine.Status.ReadAsync(false, default)).Unfinished);
    }

    [Fact]
    public async Task Reject_RepeatedBecauseItsReplyWasLost_KeepsAllOnce()
    {
        await using var door = await Door.OpenAsync(redis);
        RejectedEntry[] rejected = [.. Enumerable.Range(1, 3).Select(n => new RejectedEntry(new IntakeEntry($"{n}-0", null, [1]), "none"))];

        for (var call = 0; call < 2; call++)
        {
            await door.Engine.Get<IntakeStream>().RejectAsync([.. rejected], default);
        }

        Assert.Equal(["1-0", "2-0", "3-0"], (await door.RejectedAsync()).Select(kept => kept["entry"]));
    }

    [Fact]
    public async Task Hold_ReadByAnother_IsNotOurs_UnlessRedisHasLostTheGroup()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        var stream = engine.Get<IntakeStream>();
        await stream.EnsureGroupAsync(default);
        await FillAsync(engine, 3, _ => false);
        await stream.ReadAsync(default);
        var read = await stream.ReadAsync(default);
        await engine.Redis.CallAsync(d => d.ExecuteAsync("XCLAIM", DispatchKeys.Intake, DispatchKeys.Group, "other", 0, read[0].Id), default);

        Assert.Equal([read[1].Id], await stream.HoldAsync(read, default));

        await engine.Redis.CallAsync(d => d.ExecuteAsync("XGROUP", "DESTROY", DispatchKeys.Intake, DispatchKeys.Group), default);
        Assert.Equal(read.Select(entry => entry.Id), (await stream.HoldAsync(read, default)).Order(StringComparer.Ordinal));
    }

    /// <summary>Redis itself breaks connections that are owed more than 8 MB: as a worker's do whose memory is bounded, or whose network is slow.</summary>
    [Fact]
    public async Task Door_MoreThanOneReplyMayHold_IsRejectedCutAndHoldsNothingUp()
    {
        const int Good = 20, Junk = 12, Bytes = 10_000_000;
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("CONFIG SET client-output-buffer-limit \"normal 8388608 0 0\"");
        await using var door = await Door.OpenAsync(server, before: FillAllAsync, abandonedAfter: TimeSpan.FromSeconds(1));
        var shared = await ConnectionAsync();

        await door.EmptyAsync();

        var kept = await door.RejectedAsync();
        Assert.Equal(Junk, kept.Count);
        Assert.Equal(2, kept.Select(entry => entry["reason"]).Distinct().Count());
        Assert.All(kept, entry => Assert.Equal(RejectedEntries.MostBytes, entry["raw"].Length));
        Assert.All(kept, entry => Assert.Matches(" \\(raw: the first 262144 of (10000000|10000011) bytes\\)$", entry["reason"]));
        Assert.Equal(Good, (await door.Engine.Status.ReadAsync(true, default)).Unfinished);
        Assert.Equal(shared, await ConnectionAsync());

        async Task FillAllAsync(Engine engine)
        {
            // Reads have grown when they come to the large ones.
            await FillAsync(engine, Good, _ => false);
            for (var n = 0; n < Junk; n++)
            {
                await engine.Redis.CallAsync(d => d.ExecuteAsync("XADD", DispatchKeys.Intake, "*", n % 2 == 0 ? "invitation" : "something", new byte[Bytes]), default);
            }
        }

        async Task<long> ConnectionAsync() => (long)await door.Engine.Redis.CallAsync(d => d.ExecuteAsync("CLIENT", "ID"), default);
    }

    [Fact]
    public async Task Door_NotEvenTheBeginningCanBeFetched_TakesInWhatIsBehindAndLosesNothing()
    {
        const int Good = 20, Junk = 3;
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("CONFIG SET client-output-buffer-limit \"normal 131072 0 0\"");
        await using var door = await Door.OpenAsync(server, before: FillAllAsync, abandonedAfter: TimeSpan.FromSeconds(1));

        await Door.UntilAsync(async () => (await door.Engine.Status.ReadAsync(true, default)).Unfinished == Good);
        await Door.UntilAsync(async () => await door.LengthAsync() == Junk);
        await server.CommandAsync("CONFIG SET client-output-buffer-limit \"normal 0 0 0\"");
        await door.EmptyAsync();

        Assert.Equal(Junk, (await door.RejectedAsync()).Count);

        async Task FillAllAsync(Engine engine)
        {
            for (var n = 0; n < Junk; n++)
            {
                await engine.Redis.CallAsync(d => d.ExecuteAsync("XADD", DispatchKeys.Intake, "*", "invitation", new byte[300_000]), default);
            }

            await FillAsync(engine, Good, _ => false);
        }
    }

    [Fact]
    public async Task Read_LargeEntries_TakesFewerAtOnce()
    {
        const int Bytes = 100_000;
        await using var engine = await Engine.StartAsync(redis.Server);
        var stream = engine.Get<IntakeStream>();
        await stream.EnsureGroupAsync(default);
        await FillAsync(engine, 1_100, _ => false);
        await engine.Redis.CallAsync(d => Task.WhenAll(Enumerable.Range(0, 200).Select(_ => d.ExecuteAsync("XADD", DispatchKeys.Intake, "*", "invitation", new byte[Bytes]))), default);

        var reads = new List<IReadOnlyList<IntakeEntry>>();
        while (reads.Sum(read => read.Count) < 1_300)
        {
            reads.Add(await stream.ReadAsync(default));
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 500], reads.Take(10).Select(read => read.Count));
        Assert.All(reads.Skip(11), read => Assert.InRange(read.Sum(entry => entry.Raw.Length), Bytes, 5 * 1024 * 1024));
    }

    /// <summary>How often the server has refused a command.</summary>
    private static Task<int> RefusedAsync(RedisServer server, string command) => CommandStatAsync(server, command, "rejected_calls");

    private static Task<int> CallsAsync(RedisServer server, string command) => CommandStatAsync(server, command, "calls");

    private static async Task<int> CommandStatAsync(RedisServer server, string command, string figure)
    {
        var line = (await server.CliAsync("INFO", "commandstats")).Split('\n').FirstOrDefault(l => l.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal));
        var text = line?.Split(':', ',').FirstOrDefault(part => part.StartsWith($"{figure}=", StringComparison.Ordinal));
        return text is null ? 0 : int.Parse(text.Split('=')[1], CultureInfo.InvariantCulture);
    }

    private static Task<RedisResult[]> FillAsync(Engine engine, int count, Func<int, bool> bad) =>
        engine.Redis.CallAsync(d => Task.WhenAll(Enumerable.Range(0, count).Select(n => d.ExecuteAsync(
            "XADD", DispatchKeys.Intake, "*", "invitation", bad(n) ? "{}" : $$"""{"tenant":"t{{n % 7}}","id":"n{{n}}","recipient":{"email":"n{{n}}@example.com"} }"""))), default);

    /// <summary>The real reader of the door over the real Redis.</summary>
    /// <summary>Throws when it is asked for the first time, with a text that may not be told.</summary>
    private sealed class TrippingClock(string secret) : TimeProvider
    {
        private int _asked;

        public override DateTimeOffset GetUtcNow() => Interlocked.Increment(ref _asked) == 1 ? throw new TimeoutException(secret) : base.GetUtcNow();
    }

    private sealed class LogFrom(LogLevel least) : ILogger<StreamIntake>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }
    }

    private sealed class Door : IAsyncDisposable
    {
        private readonly StreamIntake _intake;

        private Door(Engine engine, TimeSpan abandonedAfter, TimeProvider time, ILogger<StreamIntake> logger)
        {
            Engine = engine;
            _intake = new StreamIntake(engine.Get<IntakeStream>(), engine.Invitations, engine.Metrics, time, logger) { AbandonedAfter = abandonedAfter };
        }

        public Engine Engine { get; }

        /// <param name="before">Done before the reader starts.</param>
        public static Task<Door> OpenAsync(
            RedisFixture redis, QueueOptions? options = null, Func<Engine, Task>? before = null, TimeProvider? time = null, ILogger<StreamIntake>? logger = null) =>
            OpenAsync(redis.Server, options, before, null, time, logger);

        public static async Task<Door> OpenAsync(
            RedisServer server, QueueOptions? options = null, Func<Engine, Task>? before = null, TimeSpan? abandonedAfter = null, TimeProvider? time = null, ILogger<StreamIntake>? logger = null)
        {
            var engine = await Engine.StartAsync(server, options);
            await (before?.Invoke(engine) ?? Task.CompletedTask);
            return await OpenAsync(engine, abandonedAfter ?? TimeSpan.FromSeconds(10), time, logger);
        }

        /// <summary>Another worker's, at the same Redis.</summary>
        public Task<Door> OpenOtherAsync() => OpenAsync(Engine.Of(Engine.Get<IOptions<RedisOptions>>().Value.Configuration, Engine.Options), _intake.AbandonedAfter, null, null);

        private static async Task<Door> OpenAsync(Engine engine, TimeSpan abandonedAfter, TimeProvider? time, ILogger<StreamIntake>? logger)
        {
            var door = new Door(engine, abandonedAfter, time ?? TimeProvider.System, logger ?? NullLogger<StreamIntake>.Instance);
            await door._intake.StartAsync(default);
            return door;
        }

        public async Task<string> AddAsync(string field, RedisValue value) =>
            (await Engine.Redis.CallAsync(d => d.ExecuteAsync("XADD", DispatchKeys.Intake, "*", field, value), default)).Text();

        public async Task<long> LengthAsync() => (long)await Engine.Redis.CallAsync(d => d.ExecuteAsync("XLEN", DispatchKeys.Intake), default);

        public Task EmptyAsync() => UntilAsync(async () => await LengthAsync() == 0);

        public Task PendingAsync() => UntilAsync(async () => await PendingNowAsync() > 0);

        public async Task<long> PendingNowAsync() =>
            (long)(await Engine.Redis.CallAsync(d => d.ExecuteAsync("XPENDING", DispatchKeys.Intake, DispatchKeys.Group), default)).Rows()[0];

        /// <summary>Milliseconds since an entry was shown to be in hand, and how many readers have some.</summary>
        public async Task<(long Idle, int Readers)> InHandAsync()
        {
            var pending = (await Engine.Redis.CallAsync(d => d.ExecuteAsync("XPENDING", DispatchKeys.Intake, DispatchKeys.Group, "-", "+", 10_000), default)).Rows();
            return (pending.Min(entry => (long)entry.Rows()[2]), pending.Select(entry => entry.Rows()[1].Text()).Distinct().Count());
        }

        public async Task<List<Dictionary<string, string>>> RejectedAsync()
        {
            var entries = (await Engine.Redis.CallAsync(d => d.ExecuteAsync("XRANGE", DispatchKeys.Rejected, "-", "+"), default)).Rows();
            return [.. entries.Select(e => LaneReplies.Pairs(e.Rows()[1]))];
        }

        public async Task<byte[]> RawOfFirstRejectedAsync()
        {
            var entries = (await Engine.Redis.CallAsync(d => d.ExecuteAsync("XRANGE", DispatchKeys.Rejected, "-", "+"), default)).Rows();
            return ((byte[][])entries[0].Rows()[1]!)[3]!;
        }

        public async ValueTask DisposeAsync()
        {
            await _intake.StopAsync(default);
            _intake.Dispose();
            await Engine.DisposeAsync();
        }

        public static async Task UntilAsync(Func<Task<bool>> condition)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            while (!await condition())
            {
                await Task.Delay(10, deadline.Token);
            }
        }
    }
}
