using System.Globalization;
using Dispatcher.LoadTests.Cli;
using Dispatcher.Redis;
using Dispatcher.TestKit.Processes;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Servers;

/// <summary>
/// The Redis that a scenario fills: a server of its own, ended with it, or an empty one that the caller named, emptied afterwards.
/// Members ask for what Redis counts.
/// </summary>
internal sealed class RedisUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly RedisServer? _own;
    private readonly ConnectionMultiplexer _connection;

    private RedisUnderTest(RedisServer? own, string configuration, ConnectionMultiplexer connection)
    {
        _own = own;
        Configuration = configuration;
        _connection = connection;
    }

    public string Configuration { get; }

    public IDatabase Database => _connection.GetDatabase();

    /// <param name="appendFsync">Redis' word: <c>always</c> or <c>everysec</c>.</param>
    public static async Task<RedisUnderTest> StartAsync(string appendFsync)
    {
        var server = await RedisServer.StartAsync(appendFsync, "--auto-aof-rewrite-min-size", "512mb"); // as docs/operations.md advises
        try
        {
            return new RedisUnderTest(server, server.Configuration, await ConnectAsync(server.Configuration));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="UsageException">Not on loopback, not there, or not empty.</exception>
    public static async Task<RedisUnderTest> UseAsync(string address)
    {
        Loopback.Require(address);
        ConnectionMultiplexer connection;
        try
        {
            connection = await ConnectAsync(address);
        }
        catch (RedisConnectionException)
        {
            throw new UsageException($"--redis {address}: nobody answers there");
        }

        var redis = new RedisUnderTest(null, address, connection);
        if (await redis.KeysAsync() is var keys and > 0)
        {
            await redis.CloseAsync();
            throw new UsageException($"--redis {address}: the server holds {keys} keys; a load test needs an empty one");
        }

        return redis;
    }

    public async Task<long> KeysAsync() => (long)await Database.ExecuteAsync("DBSIZE");

    /// <summary>An INFO section as field and value.</summary>
    public async Task<IReadOnlyDictionary<string, string>> InfoAsync(string section)
    {
        var text = (await Database.ExecuteAsync("INFO", section)).Text();
        return text.Split('\n').Select(l => l.Trim().Split(':', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
    }

    public async Task<string> VersionAsync() => (await InfoAsync("server"))["redis_version"];

    /// <summary>Bytes in use, the allocator's own losses left out.</summary>
    public async Task<long> UsedMemoryAsync() => long.Parse((await InfoAsync("memory"))["used_memory"], CultureInfo.InvariantCulture);

    public async Task<RedisTimes> TimesAsync() => RedisTimes.Of(await InfoAsync("commandstats"), await InfoAsync("cpu"));

    /// <summary>Has the append-only file rewritten, and waits for it: else Redis does that by itself when the file has grown, in the middle of what is
    /// measured, and each page of memory that changes meanwhile is copied. Nothing where there is no such file.</summary>
    public async Task RewriteAppendOnlyFileAsync()
    {
        if ((await InfoAsync("persistence"))["aof_enabled"] != "1")
        {
            return;
        }

        await UntilAsync(under => under["aof_rewrite_in_progress"] == "0" && under["aof_rewrite_scheduled"] == "0");
        await Database.ExecuteAsync("BGREWRITEAOF");
        await UntilAsync(under => under["aof_rewrite_in_progress"] == "0" && under["aof_rewrite_scheduled"] == "0");

        async Task UntilAsync(Func<IReadOnlyDictionary<string, string>, bool> over)
        {
            while (!over(await InfoAsync("persistence")))
            {
                await Task.Delay(Look);
            }
        }
    }

    /// <summary>Forgets counters and latencies.</summary>
    public Task ResetStatsAsync() => Database.ExecuteAsync("CONFIG", "RESETSTAT");

    public async Task<ScriptLatency> ScriptLatencyAsync() => ScriptLatency.Of(await InfoAsync("latencystats"), await Database.ExecuteAsync("LATENCY", "HISTOGRAM", "fcall"));

    public async ValueTask DisposeAsync()
    {
        if (_own is null)
        {
            await Database.ExecuteAsync("FLUSHALL");
        }

        await CloseAsync();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    // Disposing alone would wait for as long as a call may take.
    private async Task CloseAsync()
    {
        await _connection.CloseAsync(allowCommandsToComplete: false);
        _connection.Dispose();
    }

    private static Task<ConnectionMultiplexer> ConnectAsync(string address)
    {
        var options = ConfigurationOptions.Parse(address);
        options.AllowAdmin = true;
        options.SyncTimeout = 60_000;
        return ConnectionMultiplexer.ConnectAsync(options);
    }
}
