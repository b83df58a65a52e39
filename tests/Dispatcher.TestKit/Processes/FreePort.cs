using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dispatcher.TestKit.Processes;

/// <summary>
/// Finds TCP ports on loopback that nobody listens on, each once: below those that systems give to outgoing connections, which would otherwise take
/// a port between its being found and its server's start. Thread-safe.
/// </summary>
public static class FreePort
{
    private const int First = 12_000;

    // Linux gives out 32768 and up, others 49152 and up.
    private const int End = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <exception cref="InvalidOperationException">None is left.</exception>
    public static int Find()
    {
        for (var attempt = 0; attempt < End - First; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Given.TryAdd(port, true))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port between {First} and {End} is free.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
