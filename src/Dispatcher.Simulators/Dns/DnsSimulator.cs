using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dispatcher.Simulators.Dns;

/// <summary>A name server on one loopback port, UDP and TCP, whose answers come from a responder. For tests and load tests.</summary>
/// <remarks>Members may be used from any thread. Start once; disposing closes everything.</remarks>
public sealed class DnsSimulator(IDnsResponder responder, TimeProvider time) : IAsyncDisposable
{
    private const int LargestQuery = 4096;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<(string Name, DnsType Type), int> _asked = new();
    private readonly ConcurrentDictionary<Task, bool> _work = new();
    private Socket? _udp;
    private Socket? _tcp;
    private long _queries;
    private long _tcpQueries;
    private int _connections;

    /// <summary>How long every answer is held back. Default none.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Answers nothing while true.</summary>
    public bool IsMute { get; set; }

    public IPEndPoint Endpoint { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>Queries that arrived, by either way.</summary>
    public long Queries => Volatile.Read(ref _queries);

    public long TcpQueries => Volatile.Read(ref _tcpQueries);

    /// <summary>TCP connections accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How often a question arrived. Names in lower case.</summary>
    public int Asked(string name, DnsType type) => _asked.GetValueOrDefault((name, type));

    /// <summary>Begins to listen on a free port.</summary>
    /// <exception cref="SocketException">No port is free for both.</exception>
    public Task StartAsync()
    {
        // A port that is free for UDP may be taken for TCP: try another one then.
        for (var left = 20; ; left--)
        {
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                tcp.Bind(udp.LocalEndPoint!);
                tcp.Listen(128);
                (_udp, _tcp, Endpoint) = (udp, tcp, (IPEndPoint)udp.LocalEndPoint!);
                break;
            }
            catch (SocketException) when (left > 0)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }

        Track(ServeUdpAsync(_udp));
        Track(AcceptAsync(_tcp));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp?.Dispose();
        _tcp?.Dispose();
        await Task.WhenAll(_work.Keys);
        _stop.Dispose();
    }

    private void Track(Task work)
    {
        _work.TryAdd(work, true);
        _ = work.ContinueWith(
            static (done, all) => ((ConcurrentDictionary<Task, bool>)all!).TryRemove(done, out _), _work, CancellationToken.None,
            TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task ServeUdpAsync(Socket socket)
    {
        var buffer = new byte[LargestQuery];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var query = buffer.AsSpan(0, received.ReceivedBytes).ToArray();
                Track(GuardAsync(() => AnswerAsync(query, false, message => socket.SendToAsync(message, SocketFlags.None, received.RemoteEndPoint, _stop.Token).AsTask())));
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // We stop; or an asker went away before its answer came.
            }
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                Track(GuardAsync(() => ServeTcpAsync(socket)));
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // We stop, or that one went away while it waited.
            }
        }
    }

    private async Task ServeTcpAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var head = new byte[2];
        while (await stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false, _stop.Token) == 2)
        {
            var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
            await stream.ReadExactlyAsync(query, _stop.Token);
            await AnswerAsync(query, true, message =>
            {
                var framed = new byte[message.Length + 2];
                BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
                message.CopyTo(framed, 2);
                return stream.WriteAsync(framed, _stop.Token).AsTask();
            });
        }
    }

    private async Task AnswerAsync(byte[] query, bool tcp, Func<byte[], Task> send)
    {
        Interlocked.Increment(ref _queries);
        Interlocked.Add(ref _tcpQueries, tcp ? 1 : 0);
        if (DnsQuestion.Read(query) is not { } question)
        {
            return;
        }

        _asked.AddOrUpdate((question.Name.ToLowerInvariant(), question.Type), 1, (_, count) => count + 1);
        if (IsMute)
        {
            return;
        }

        if (Latency > TimeSpan.Zero)
        {
            await Task.Delay(Latency, time, _stop.Token);
        }

        foreach (var message in responder.Respond(query, question, tcp))
        {
            await send(message);
        }
    }

    private static async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            // The asker went away, or we stop.
        }
    }
}
