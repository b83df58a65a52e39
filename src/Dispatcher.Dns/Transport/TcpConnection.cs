using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Dispatcher.Dns.Transport;

/// <summary>A TCP connection to a server (RFC 7766), for one query at a time. Whoever has it owns it.</summary>
internal sealed class TcpConnection : IDisposable
{
    private readonly Socket _socket;

    private TcpConnection(Socket socket) => _socket = socket;

    /// <summary>Timestamp of the last use, for the pool.</summary>
    public long LastUsed { get; set; }

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<TcpConnection> OpenAsync(IPEndPoint server, CancellationToken deadline)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, deadline).ConfigureAwait(false);
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <returns>The next message; null: the server closed the connection instead.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task<byte[]?> ExchangeAsync(ReadOnlyMemory<byte> query, CancellationToken deadline)
    {
        // Length and message in one write: RFC 7766 section 8.
        var framed = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed.AsMemory(2));
        for (var sent = 0; sent < framed.Length;)
        {
            sent += await _socket.SendAsync(framed.AsMemory(sent), SocketFlags.None, deadline).ConfigureAwait(false);
        }

        var head = new byte[2];
        if (!await FillAsync(head, deadline).ConfigureAwait(false))
        {
            return null;
        }

        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
        return await FillAsync(message, deadline).ConfigureAwait(false) ? message : null;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> FillAsync(Memory<byte> buffer, CancellationToken deadline)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var read = await _socket.ReceiveAsync(buffer[filled..], SocketFlags.None, deadline).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            filled += read;
        }

        return true;
    }
}
