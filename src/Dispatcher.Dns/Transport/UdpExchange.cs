using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Dns;

namespace Dispatcher.Dns.Transport;

/// <summary>
/// One query over UDP, on a socket of its own: the system gives it a random source port, and, since it is connected, drops what comes from
/// any other address or port (RFC 5452 section 9).
/// </summary>
internal static class UdpExchange
{
    /// <summary>Above what we announce; whatever is longer is cut off here and so malformed.</summary>
    private const int BufferLength = 4096;

    /// <summary>After this many packets that answer something else, somebody is guessing.</summary>
    private const int MostStrays = 64;

    /// <param name="deadline">Ends the wait with <see cref="DnsFailure.Timeout"/>.</param>
    public static async Task<Exchange> RunAsync(IPEndPoint server, DnsQuery query, CancellationToken deadline)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server, deadline).ConfigureAwait(false);
            await socket.SendAsync(query.Packet, SocketFlags.None, deadline).ConfigureAwait(false);
            for (var strays = 0; strays < MostStrays; strays++)
            {
                var length = await socket.ReceiveAsync(buffer.AsMemory(0, BufferLength), SocketFlags.None, deadline).ConfigureAwait(false);
                if (query.IsAnsweredBy(buffer.AsSpan(0, length)))
                {
                    return Exchange.Of(query.Read(buffer.AsSpan(0, length).ToArray()));
                }
            }

            return new(null, DnsFailure.Malformed);
        }
        catch (OperationCanceledException)
        {
            return new(null, DnsFailure.Timeout);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
        {
            return new(null, DnsFailure.Malformed);
        }
        catch (SocketException)
        {
            // The host said that nobody listens there, there is no way to it, or we have no socket left.
            return new(null, DnsFailure.Refused);
        }
        finally
        {
            // The receive has ended, cancelled or not, when its await did: nobody writes here any more.
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
