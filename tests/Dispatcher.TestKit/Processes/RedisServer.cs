using System.Net;
using System.Net.Sockets;

namespace Dispatcher.TestKit.Processes;

/// <summary>A real <c>redis-server</c> on a free loopback port with a folder of its own; ended, by its own id, with the test.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TempFolder _folder = new();
    private readonly string _appendFsync;
    private ChildProcess? _process;

    private RedisServer(int port, string appendFsync)
    {
        Port = port;
        _appendFsync = appendFsync;
    }

    public int Port { get; }

    public string Configuration => $"127.0.0.1:{Port}";

    /// <param name="appendFsync">Redis' word: <c>no</c> switches the append-only file off here.</param>
    public static async Task<RedisServer> StartAsync(string appendFsync = "no")
    {
        var server = new RedisServer(FreePort.Find(), appendFsync);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the server on its old port with its old data.</summary>
    public async Task StartAgainAsync()
    {
        _process = ChildProcess.Start(
            "redis-server",
            "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", "",
            "--appendonly", _appendFsync == "no" ? "no" : "yes", "--appendfsync", _appendFsync, "--daemonize", "no");
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

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }
}
