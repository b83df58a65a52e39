using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dispatcher.Smtp.Tests.Fuzz;

/// <summary>A server whose connections behave by chance, each by its own seed.</summary>
internal sealed class ErraticServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Task> _sessions = new();
    private readonly Task _accepting;

    public ErraticServer(int seed)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(128);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(seed);
    }

    public int Port { get; }

    /// <summary>Every content that it answered 2xx to, or would have, had the connection lived; lines end in LF.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    /// <summary>May be called again: a test ends it before it looks at what was taken.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions);
        _stop.Dispose();
    }

    private async Task AcceptAsync(int seed)
    {
        try
        {
            for (var number = 1; ; number++)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                _sessions.Enqueue(PlayAsync(socket, new Random((seed * 1000) + number)));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task PlayAsync(Socket socket, Random random)
    {
        await Task.Yield();
        using (socket)
        {
            socket.NoDelay = true;
            try
            {
                await new ErraticSession(socket, random, Taken.Enqueue, _stop.Token).RunAsync();
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException or EndOfStreamException or ObjectDisposedException)
            {
                // It cut the connection, or the client did.
            }
        }
    }
}
