using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Dispatcher.TestKit.Mail;

/// <summary>A server that plays scripts: one for each connection in order, the last one for all further connections.</summary>
/// <remarks>It never stalls a test by itself: a script that waits ends when the client goes away or the server is disposed.</remarks>
public sealed class ScriptedSmtpServer : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Task> _sessions = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _peers = new();
    private readonly IReadOnlyList<SmtpScript> _scripts;
    private readonly Task _accepting;
    private int _connections;

    private ScriptedSmtpServer(IPEndPoint at, IReadOnlyList<SmtpScript> scripts)
    {
        _scripts = scripts;
        _listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(at);
        _listener.Listen(128);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Every line that clients sent, commands and content, without line ends.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Where each connection came from, without ports.</summary>
    public IReadOnlyList<string> Peers => [.. _peers];

    public static ScriptedSmtpServer Start(params SmtpScript[] scripts) => new(new IPEndPoint(IPAddress.Loopback, 0), scripts);

    /// <summary>Listens on one of the loopback addresses, such as 127.0.0.2, so that several servers have the same port.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">0: a free one.</param>
    /// <param name="scripts">As in <see cref="Start(SmtpScript[])"/>.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static ScriptedSmtpServer StartAt(string address, int port, params SmtpScript[] scripts) =>
        new(new IPEndPoint(IPAddress.Parse(address), port), scripts);

    /// <summary>Ends when every connection so far is over: afterwards <see cref="Lines"/> is complete.</summary>
    public Task SessionsAsync() => Task.WhenAll(_sessions);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                _peers.Enqueue(((IPEndPoint)socket.RemoteEndPoint!).Address.ToString());
                var number = Interlocked.Increment(ref _connections);
                _sessions.Enqueue(PlayAsync(socket, _scripts[Math.Min(number, _scripts.Count) - 1]));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task PlayAsync(Socket socket, SmtpScript script)
    {
        using var session = new ScriptedSession(socket, _lines.Enqueue, _stop.Token);
        socket.NoDelay = true;
        try
        {
            foreach (var step in script.Steps)
            {
                await step(session);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or SocketException or AuthenticationException)
        {
            // The client went away, or the test is over.
        }
    }
}
