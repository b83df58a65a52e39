using System.Globalization;

namespace Dispatcher.TestKit.Processes;

/// <summary>A real Redis Sentinel that watches one master under the name <c>main</c>, and makes a replica the master by itself.</summary>
public sealed class RedisSentinel : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();
    private readonly int _port = FreePort.Find();
    private readonly ChildProcess _process;

    private RedisSentinel(int master)
    {
        // It keeps what it learns in this file.
        var file = Path.Combine(_folder.Path, "sentinel.conf");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"""
            port {_port}
            bind 127.0.0.1
            dir {_folder.Path}
            sentinel monitor main 127.0.0.1 {master} 1
            sentinel down-after-milliseconds main 1000
            sentinel failover-timeout main 5000

            """));
        _process = ChildProcess.Start("redis-server", [file, "--sentinel"]);
    }

    /// <summary>For the client library, which asks it who is master.</summary>
    public string Configuration => $"127.0.0.1:{_port},serviceName=main";

    /// <summary>Starts it, and waits until it knows of a replica.</summary>
    public static async Task<RedisSentinel> StartAsync(RedisServer master)
    {
        var sentinel = new RedisSentinel(master.Port);
        return await Eventually.GetAsync(async () => (await sentinel.AskAsync("replicas")).Contains("slave", StringComparison.Ordinal) ? sentinel : null, Patience, "the sentinel to know a replica");
    }

    /// <summary>The port of the master that it names now.</summary>
    public async Task<string> MasterPortAsync() => (await AskAsync("get-master-addr-by-name")).Split('\n')[^1];

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<string> AskAsync(string what)
    {
        try
        {
            return (await ChildProcess.RunAsync("redis-cli", Patience, ["-e", "-p", $"{_port}", "SENTINEL", what, "main"])).TrimEnd();
        }
        catch (InvalidOperationException)
        {
            return ""; // not up yet
        }
    }
}
