using System.Net;
using System.Net.Sockets;

namespace Dispatcher.TestKit.Processes;

/// <summary>A real <c>redis-server</c> on a free loopback port with a folder of its own; ended, by its own id, with the test.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TempFolder _folder = new();
    private readonly string _appendFsync;
    private readonly string[] _arguments;
    private ChildProcess? _process;

    private RedisServer(int port, string appendFsync, IEnumerable<string> arguments)
    {
        Port = port;
        _appendFsync = appendFsync;
        _arguments = [.. arguments];
    }

    public int Port { get; }

    public string Configuration => $"127.0.0.1:{Port}";

    /// <param name="appendFsync">Redis' word: <c>no</c> switches the append-only file off here.</param>
    /// <param name="arguments">More of <c>redis-server</c>'s own, for every start: <c>--replicaof</c>, <c>"127.0.0.1 6379"</c>.</param>
    public static async Task<RedisServer> StartAsync(string appendFsync = "no", params IEnumerable<string> arguments)
    {
        var server = new RedisServer(FreePort.Find(), appendFsync, arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the server on its old port with its old data, and waits until it answers.</summary>
    public Task StartAgainAsync()
    {
        Launch();
        return ReadyAsync();
    }

    /// <summary>Starts the server without waiting: while it reads its data it answers LOADING.</summary>
    /// <param name="arguments">For this start alone.</param>
    public void Launch(params IEnumerable<string> arguments) => _process = ChildProcess.Start(
        "redis-server",
        [
            "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", "",
            "--appendonly", _appendFsync == "no" ? "no" : "yes", "--appendfsync", _appendFsync, "--daemonize", "no",
            .. _arguments, .. arguments,
        ]);

    /// <summary>Waits until it answers, its data loaded.</summary>
    public async Task ReadyAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (await CommandAsync("PING", deadline.Token) != "+PONG")
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>As a power cut would: no last words.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>SIGSTOP: connections stay open and nobody answers.</summary>
    public Task PauseAsync() => Running.SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task ContinueAsync() => Running.SignalAsync("CONT");

    /// <summary>Sends one inline command and returns the reply's first line; "" when nobody answers.</summary>
    public async Task<string> CommandAsync(string command, CancellationToken cancellationToken = default)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);
            return await reader.ReadLineAsync(cancellationToken) ?? "";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return "";
        }
    }

    /// <summary>Runs <c>redis-cli</c> with one command and returns what it printed, without the last line's end.</summary>
    /// <exception cref="InvalidOperationException">Redis answered with an error.</exception>
    public async Task<string> CliAsync(params IEnumerable<string> command) =>
        (await ChildProcess.RunAsync("redis-cli", Patience, ["-e", "-p", $"{Port}", .. command])).TrimEnd();

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private ChildProcess Running => _process ?? throw new InvalidOperationException("this Redis is not running");
}
