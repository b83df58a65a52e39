using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatcher.LoadTests.Servers;

/// <summary>
/// A name server on a free port of loopback that answers each query after the same time: for every name one SPF record, which includes
/// <c>_spf.load.example</c>; that one allows <see cref="Allowed"/>. Other types have no data.
/// </summary>
internal sealed class SlowDns : IAsyncDisposable
{
    public const string Allowed = "192.0.2.1";

    private const int HeaderLength = 12;
    private const ushort Txt = 16;
    private static readonly byte[] Own = Encoding.ASCII.GetBytes("v=spf1 include:_spf.load.example -all");
    private static readonly byte[] Included = Encoding.ASCII.GetBytes($"v=spf1 ip4:{Allowed} -all");

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _delay;
    private readonly Task _loop;
    private long _asked;

    public SlowDns(TimeSpan delay)
    {
        _delay = delay;
        _loop = ServeAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_socket.Client.LocalEndPoint!).Port}";

    /// <summary>Queries so far.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var query = await _socket.ReceiveAsync(_stop.Token);
                Interlocked.Increment(ref _asked);
                _ = AnswerAsync(query);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // An answer to a socket that has gone came back as an error.
            }
        }
    }

    private async Task AnswerAsync(UdpReceiveResult query)
    {
        try
        {
            await Task.Delay(_delay, _stop.Token);
            await _socket.SendAsync(Answer(query.Buffer), query.RemoteEndPoint, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The run is over, or the asker has gone.
        }
    }

    /// <summary>RFC 1035 section 4: header, the question again, and a TXT record of the same name if that was asked for.</summary>
    private static byte[] Answer(byte[] query)
    {
        var end = HeaderLength;
        while (query[end] != 0)
        {
            end += query[end] + 1;
        }

        end += 5; // the root, type and class
        var found = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end - 4)) == Txt;
        var text = query.AsSpan(HeaderLength).StartsWith("\u0004_spf"u8) ? Included : Own;
        var answer = new byte[end + (found ? 13 + text.Length : 0)];
        query.AsSpan(0, end).CopyTo(answer);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2), 0x8180); // a response, recursion desired and available
        BinaryPrimitives.WriteUInt64BigEndian(answer.AsSpan(4), (1UL << 48) | (found ? 1UL << 32 : 0));
        if (found)
        {
            var record = answer.AsSpan(end);
            BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | HeaderLength);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], Txt);
            BinaryPrimitives.WriteUInt16BigEndian(record[4..], 1);
            BinaryPrimitives.WriteUInt32BigEndian(record[6..], 3_600);
            BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)(text.Length + 1));
            record[12] = (byte)text.Length;
            text.CopyTo(record[13..]);
        }

        return answer;
    }
}
