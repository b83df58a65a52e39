using System.Net;
using System.Net.Sockets;

namespace Dispatcher.TestKit.Processes;

/// <summary>Bounded waits for other processes, which give no signal of their own.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer is not null.</summary>
    /// <exception cref="TimeoutException">It stayed null for <paramref name="limit"/>.</exception>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, TimeSpan limit, string what)
        where T : class
    {
        using var timer = new PeriodicTimer(Pause);
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            while (true)
            {
                if (await ask() is { } answer)
                {
                    return answer;
                }

                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not within {limit.TotalSeconds:0} s: {what}");
        }
    }

    /// <summary>Waits until something listens on a loopback port.</summary>
    public static Task PortOpenAsync(int port, TimeSpan limit, Func<string> whatElseToSay) => PortOpenAsync(new IPEndPoint(IPAddress.Loopback, port), limit, whatElseToSay);

    /// <summary>Waits until something listens there.</summary>
    public static Task PortOpenAsync(IPEndPoint at, TimeSpan limit, Func<string> whatElseToSay) => GetAsync<object>(
        async () =>
        {
            using var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(at);
                return socket;
            }
            catch (SocketException)
            {
                return null;
            }
        },
        limit,
        $"{at} open. {whatElseToSay()}");
}
