using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatcher.LoadTests.Load;

/// <summary>The least that a message costs on one connection: its bytes and the next envelope in one write, and a read for the replies.</summary>
/// <remarks>Nothing is parsed, checked or limited in time; what this costs is the system's price of a round trip, which the client pays too: by one
/// thread that blocks, and by reads that hold no thread, as a client of many connections must have them.</remarks>
internal static class BareExchange
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <returns>This process' processor time in microseconds, all messages together.</returns>
    /// <exception cref="IOException">The server said something else, or ended.</exception>
    public static double Run(SmtpLoad load)
    {
        var (socket, message) = Begin(load);
        using var _ = socket;
        var buffer = new byte[4_096];
        var elapsed = new Elapsed();
        for (var sent = 0; sent < load.Messages; sent++)
        {
            socket.Send(message);
            ReadUntil(socket, buffer, "354 "u8);
        }

        return elapsed.CpuMicroseconds;
    }

    /// <summary>As <see cref="Run"/>, by a socket that holds no thread while it waits.</summary>
    public static async Task<double> RunAsync(SmtpLoad load)
    {
        var (socket, message) = Begin(load);
        using var _ = socket;
        var buffer = new byte[4_096];
        var elapsed = new Elapsed();
        for (var sent = 0; sent < load.Messages; sent++)
        {
            await socket.SendAsync(message);
            for (var filled = 0; buffer.AsSpan(0, filled).IndexOf("354 "u8) < 0;)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
                filled += read > 0 ? read : throw new IOException("the sink ended");
            }
        }

        return elapsed.CpuMicroseconds;
    }

    private static (Socket Socket, byte[] Message) Begin(SmtpLoad load)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Limit.TotalMilliseconds,
        };
        socket.Connect(IPAddress.Loopback, load.Port);
        var buffer = new byte[4_096];
        ReadUntil(socket, buffer, "220 "u8);
        socket.Send("EHLO loadtest.example.com\r\n"u8);
        ReadUntil(socket, buffer, "250 "u8);
        const string Envelope = "MAIL FROM:<from@example.com>\r\nRCPT TO:<eva@example.com>\r\nDATA\r\n";
        socket.Send(Encoding.ASCII.GetBytes(Envelope));
        ReadUntil(socket, buffer, "354 "u8);

        return (socket, [.. SmtpSender.Content(load.Body), .. Encoding.ASCII.GetBytes(".\r\n" + Envelope)]);
    }

    /// <summary>Replies come in one piece from a sink on loopback, and the awaited one is the last.</summary>
    private static void ReadUntil(Socket socket, byte[] buffer, ReadOnlySpan<byte> reply)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var read = socket.Receive(buffer.AsSpan(filled));
            filled += read;
            if (buffer.AsSpan(0, filled).IndexOf(reply) >= 0)
            {
                return;
            }

            if (read == 0)
            {
                break;
            }
        }

        throw new IOException($"the sink did not say {Encoding.ASCII.GetString(reply)}");
    }
}
