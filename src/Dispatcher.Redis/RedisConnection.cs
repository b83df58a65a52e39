using Dispatcher.Core.Metrics;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// The way to Redis. Every call has a deadline and fails with
/// <see cref="StorageUnavailableException"/>; the connection comes back by itself. Safe for concurrent use.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookForChannels = TimeSpan.FromMilliseconds(10);

    private readonly string _configuration;
    private readonly TimeSpan _timeout;
    private readonly int _replicas;
    private readonly TimeProvider _time;
    private readonly DispatcherMetrics _metrics;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private ConnectionMultiplexer? _multiplexer;
    private long _lookedAt;

    public RedisConnection(IOptions<RedisOptions> options, TimeProvider time, DispatcherMetrics metrics)
    {
        _configuration = options.Value.Configuration;
        _timeout = options.Value.CallTimeout;
        _replicas = options.Value.MinReplicas;
        _time = time;
        _metrics = metrics;
    }

    /// <summary>Calls a function of the <see cref="ScriptLibrary"/>, which is loaded where Redis does not know it (first use, a server without
    /// persistence that restarted, <c>FUNCTION FLUSH</c>). One that promises something returns when as many replicas as
    /// <c>Redis:MinReplicas</c> have it too; fewer: it was made and may be lost, and is called again.</summary>
    public async Task<RedisResult> RunAsync(Script script, RedisKey key, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var call = new object[3 + arguments.Length];
        (call[0], call[1], call[2]) = (script.Function, 1, key);
        for (var n = 0; n < arguments.Length; n++)
        {
            call[3 + n] = arguments[n];
        }

        var result = await CallAsync(
            async database =>
            {
                for (var loaded = 0; ; loaded++)
                {
                    try
                    {
                        return await database.ExecuteAsync("FCALL", call).ConfigureAwait(false);
                    }
                    catch (RedisServerException e) when (loaded < 2 && e.Message.Contains("Function not found", StringComparison.Ordinal))
                    {
                        // While the key's slot moves, the call may be sent on to a master that no script has run on yet.
                        await (loaded == 0 ? LoadLibraryAsync(database.ExecuteAsync, key) : LoadOnMastersAsync(key, cancellationToken)).ConfigureAwait(false);
                    }
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (script.Promises && _replicas > 0)
        {
            await ReplicatedAsync(cancellationToken).ConfigureAwait(false);
        }

        _metrics.RedisCallTook(script.Name, _time.GetElapsedTime(started));
        return result;
    }

    /// <summary>True: this key was free and is taken for so long, or until it is deleted.</summary>
    internal async Task<bool> TakeTurnAsync(RedisKey key, TimeSpan turn, CancellationToken cancellationToken) =>
        (int)await RunAsync(Script.Turn, key, [(long)turn.TotalMilliseconds], cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>Redis is over its <c>maxmemory</c>, may throw nothing away, and has done nothing of what it was asked.</summary>
    internal static bool IsOutOfMemory(Exception? cause) => cause is RedisServerException && cause.Message.StartsWith("OOM", StringComparison.Ordinal);

    /// <param name="execute">On the server where the calls for this key go. A replica gets it from its master.</param>
    private async Task LoadLibraryAsync(Func<string, object[], Task<RedisResult>> execute, RedisKey key)
    {
        try
        {
            // As a key: the client library picks the server of a cluster by the keys of a command alone.
            await execute("FUNCTION", ["LOAD", (RedisKey)ScriptLibrary.SourceFor(key.ToString())]).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (e.Message.Contains("already exists", StringComparison.Ordinal))
        {
            // Another call, or another worker, was first.
        }
        catch (RedisServerException e) when (IsOutOfMemory(e))
        {
            throw new StorageUnavailableException(
                $"Redis at {Address(_configuration)} is over its maxmemory and takes no scripts that it does not have yet: this version of dispatcher waits until there is memory; raise maxmemory, or let workers of the version before make room",
                e);
        }
    }

    private async Task LoadOnMastersAsync(RedisKey key, CancellationToken cancellationToken)
    {
        foreach (var master in await MastersAsync(cancellationToken).ConfigureAwait(false))
        {
            await LoadLibraryAsync(master.ExecuteAsync, key).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until enough replicas have all that went over this connection before (<c>WAIT</c>, which holds up what comes behind it).</summary>
    private async Task ReplicatedAsync(CancellationToken cancellationToken)
    {
        var confirmed = await CallAsync(
            async database => IsCluster(database)
                ? throw new StorageUnavailableException("Redis:MinReplicas is for one master with replicas; in a cluster set min-replicas-to-write on each server")
                : (int)await database.ExecuteAsync("WAIT", [_replicas, (int)(_timeout.TotalMilliseconds / 2)], CommandFlags.DemandMaster).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (confirmed < _replicas)
        {
            throw new StorageUnavailableException($"{confirmed} of {_replicas} replicas of Redis at {Address(_configuration)} have confirmed (setting Redis:MinReplicas)");
        }
    }

    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            return await call(connection.GetDatabase()).WaitAsync(_timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LookAgain(e);
            throw Unavailable(e);
        }
    }

    /// <summary>Servers that hold keys, for walking over them. Where there are replicas alone, one of them: it holds all that its master does, and says
    /// itself that it can't be written to.</summary>
    public async Task<IReadOnlyList<IServer>> MastersAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var connected = connection.GetEndPoints().Select(e => connection.GetServer(e)).Where(s => s.IsConnected).ToList();
        var masters = connected.Where(s => !s.IsReplica).ToList();
        return masters.Count > 0 ? masters
            : connected is [{ ServerType: not ServerType.Cluster } replica, ..] ? [replica]
            : throw Unavailable(null);
    }

    /// <summary>Calls <paramref name="handler"/> for each message of a channel, until disposal. Missed while disconnected.</summary>
    public async Task SubscribeAsync(string channel, Action handler, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
            var (subscriber, name, started) = (connection.GetSubscriber(), RedisChannel.Literal(channel), _time.GetTimestamp());
            // The connection for channels stands a moment later than the one for commands.
            while (!subscriber.IsConnected(name) && _time.GetElapsedTime(started) < _timeout)
            {
                await Task.Delay(LookForChannels, _time, cancellationToken).ConfigureAwait(false);
            }

            await subscriber.SubscribeAsync(name, (_, _) => handler()).WaitAsync(_timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw Unavailable(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _multiplexer, null) is { } connection)
        {
            await connection.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
            connection.Dispose();
        }

        _opening.Dispose();
    }

    /// <summary>After a failover the client library would look for the new master once a minute. Whatever a replica or an absent server
    /// answers makes it look now, once a second at most; nobody waits for it.</summary>
    private void LookAgain(Exception cause)
    {
        var looked = Volatile.Read(ref _lookedAt);
        if (_multiplexer is not { } connection
            || (cause is RedisServerException { Message: var text } && !text.Contains("read only", StringComparison.OrdinalIgnoreCase) && !text.Contains("read-only", StringComparison.OrdinalIgnoreCase))
            || (looked != 0 && _time.GetElapsedTime(looked) < LookAgainAfter)
            || Interlocked.CompareExchange(ref _lookedAt, _time.GetTimestamp(), looked) != looked)
        {
            return;
        }

        // A failure of this is the failure of the next call too, which says so.
        _ = connection.ConfigureAsync().ContinueWith(look => _ = look.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private StorageUnavailableException Unavailable(Exception? cause) =>
        new($"Redis at {Address(_configuration)} can't be used: {Reason(cause)} (setting Redis:Configuration)", cause) { OfThisCall = IsOfScript(cause) };

    /// <summary>A script met what it can't work with: its error names the line. So does that of a script whose slot moves, or whose cluster is down, and
    /// then no other call passes either.</summary>
    private static bool IsOfScript(Exception? cause) =>
        cause is RedisServerException
        && cause.Message.Contains("@user_function", StringComparison.Ordinal)
        && !(cause.Message.StartsWith("ERR Script attempted to", StringComparison.Ordinal) && cause.Message.Contains(" cluster ", StringComparison.Ordinal));

    private static string Reason(Exception? cause) => cause switch
    {
        RedisServerException => cause.Message,
        TimeoutException => "no answer in time",
        _ => "no connection",
    };

    /// <summary>Whether keys are spread over servers by their slots.</summary>
    internal static bool IsCluster(IDatabase database) =>
        database.Multiplexer.GetEndPoints().Any(endpoint => database.Multiplexer.GetServer(endpoint).ServerType == ServerType.Cluster);

    /// <summary>Endpoints only: the configuration may hold a password.</summary>
    internal static string Address(string configuration)
    {
        try
        {
            return string.Join(',', ConfigurationOptions.Parse(configuration).EndPoints.Select(Endpoint));
        }
        catch (ArgumentException)
        {
            return "(malformed address)";
        }

        static string Endpoint(System.Net.EndPoint endpoint) => endpoint switch
        {
            System.Net.DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
            _ => endpoint.ToString() ?? "",
        };
    }

    private async ValueTask<ConnectionMultiplexer> OpenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _multiplexer) is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_multiplexer is { } other)
            {
                return other;
            }

            var options = ConfigurationOptions.Parse(_configuration);
            // Down at start is not final: the multiplexer keeps trying, and calls fail with a clear error until it succeeds.
            options.AbortOnConnectFail = false;
            options.KeepAlive = 3;
            options.ConnectRetry = 1;
            options.ConnectTimeout = (int)Math.Min(_timeout.TotalMilliseconds, 5000);
            options.SyncTimeout = options.AsyncTimeout = (int)_timeout.TotalMilliseconds;
            // Without a connection a call fails at once: whoever made it decides what comes next, and nothing is sent that nobody waits for any more.
            options.BacklogPolicy = BacklogPolicy.FailFast;
            // The shapes of replies that are read here; RESP3 has others for some.
            options.Protocol = RedisProtocol.Resp2;
            // No keys and channels of the library's own: servers say by themselves who is master.
            options.TieBreaker = options.ConfigurationChannel = "";
            // INFO and CONFIG GET, for the doctor.
            options.AllowAdmin = true;
            var created = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _multiplexer, created);
            return created;
        }
        finally
        {
            _opening.Release();
        }
    }
}
