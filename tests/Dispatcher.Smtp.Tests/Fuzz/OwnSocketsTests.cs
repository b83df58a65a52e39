using System.Net;
using System.Net.Sockets;

namespace Dispatcher.Smtp.Tests.Fuzz;

/// <summary>The look for sockets that are left sees one.</summary>
public class OwnSocketsTests
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task CountTo_SocketIsOpen_CountsItUntilItIsClosed(AddressFamily family)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        if (family == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        await socket.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var open = OwnSockets.CountTo(port);
        socket.Dispose();

        Assert.Equal((1, 0), (open, OwnSockets.CountTo(port)));
    }
}
