using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dispatcher.TestKit.Processes;

/// <summary>
/// Stands between a client and a server on loopback, and makes the network misbehave: late replies, connections cut at once or in the
/// middle of a reply, no new connections, silence. Members may be used from any thread.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Pair, Task> _open = new();
    private readonly int _target;
    private readonly Task _accepting;
    private TaskCompletionSource? _silence;
    private long _replyDelay; // ticks
    private int _cutAfter = -1; // -1: don't
    private int _cuts;

    private TcpProxy(int target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Configuration => $"127.0.0.1:{Port}";

    /// <summary>How late each piece of a reply is passed on.</summary>
    public TimeSpan ReplyDelay
    {
        get => new(Interlocked.Read(ref _replyDelay));
        set => Interlocked.Exchange(ref _replyDelay, value.Ticks);
    }

    /// <summary>New connections are reset at once.</summary>
    public bool Refusing { get; set; }

    /// <summary>How many connections were cut so far.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public static TcpProxy Start(int target) => new(target);

    /// <summary>Resets every connection that is open now.</summary>
    public void CutAll()
    {
        foreach (var pair in _open.Keys)
        {
            Cut(pair);
        }
    }

    /// <summary>The next reply on any connection ends after so many bytes, and its connection with it.</summary>
    public void CutNextReplyAfter(int bytes) => Volatile.Write(ref _cutAfter, bytes);

    /// <summary>Nothing passes, in either direction, and nobody is told; until <see cref="EndSilence"/>, when all that waited passes.</summary>
    public void BeginSilence() =>
        Interlocked.CompareExchange(ref _silence, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void EndSilence() => Interlocked.Exchange(ref _silence, null)?.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        CutAll();
        await Task.WhenAll(_open.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            if (Refusing)
            {
                client.Close(0);
                continue;
            }

            var pair = new Pair(client, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            _open[pair] = Task.CompletedTask;
            _open[pair] = ServeAsync(pair);
        }
    }

    private async Task ServeAsync(Pair pair)
    {
        await Task.Yield();
        try
        {
            pair.Client.NoDelay = pair.Server.NoDelay = true;
            await pair.Server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _target), _stop.Token);
            await Task.WhenAny(PumpAsync(pair, pair.Client, pair.Server, reply: false), PumpAsync(pair, pair.Server, pair.Client, reply: true));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is away: so is the client's connection.
        }

        pair.Reset();
        _open.TryRemove(pair, out _);
    }

    private async Task PumpAsync(Pair pair, Socket from, Socket to, bool reply)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var read)
            {
                if (Volatile.Read(ref _silence) is { } silence)
                {
                    await silence.Task.WaitAsync(_stop.Token);
                }

                if (reply && ReplyDelay is { Ticks: > 0 } delay)
                {
                    await Task.Delay(delay, _stop.Token);
                }

                var cutAfter = reply ? Volatile.Read(ref _cutAfter) : -1;
                if (cutAfter >= 0 && read > cutAfter && Interlocked.CompareExchange(ref _cutAfter, -1, cutAfter) == cutAfter)
                {
                    await to.SendAsync(buffer.AsMemory(0, cutAfter), _stop.Token);
                    Cut(pair);
                    return;
                }

                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has gone: the other goes with it.
        }
    }

    private void Cut(Pair pair)
    {
        Interlocked.Increment(ref _cuts);
        pair.Reset();
    }

    private sealed class Pair(Socket client, Socket server)
    {
        public Socket Client { get; } = client;

        public Socket Server { get; } = server;

        public void Reset()
        {
            Client.Close(0);
            Server.Close(0);
        }
    }
}
