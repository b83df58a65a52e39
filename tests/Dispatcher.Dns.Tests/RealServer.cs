using Dispatcher.TestKit.Processes;

namespace Dispatcher.Dns.Tests;

/// <summary>A name server of somebody else's make that has, or asks for, one zone.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    private readonly IAsyncDisposable[] _running;

    private RealServer(int port, params IAsyncDisposable[] running)
    {
        Port = port;
        _running = running;
    }

    public int Port { get; }

    /// <summary>Skips the test where the program can't be had.</summary>
    /// <param name="name"><c>knot</c> and <c>bind</c> have the zone; <c>unbound</c> is a resolver that asks a <c>knot</c>.</param>
    public static async Task<RealServer> StartAsync(string name, string zone, string content)
    {
        switch (name)
        {
            case "knot":
                var knot = await KnotServer.StartAsync(zone, content);
                return new(knot.Port, knot);
            case "bind":
                SkipFor(await BindServer.FindFaultAsync());
                var bind = await BindServer.StartAsync(zone, content);
                return new(bind.Port, bind);
            case "unbound":
                SkipFor(await UnboundServer.FindFaultAsync());
                var authority = await KnotServer.StartAsync(zone, content);
                var unbound = await UnboundServer.StartAsync(zone, authority.Port);
                return new(unbound.Port, unbound, authority);
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "no such server");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _running)
        {
            await one.DisposeAsync();
        }
    }

    private static void SkipFor(string? fault) => Assert.SkipWhen(fault is not null, fault ?? "");
}
