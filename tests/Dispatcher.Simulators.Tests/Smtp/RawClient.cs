using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatcher.Simulators.Tests.Smtp;

/// <summary>Speaks SMTP by hand, so that the simulator is tested without our own client.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private StreamReader _reader = StreamReader.Null;

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var client = new RawClient();
        await client._tcp.ConnectAsync(IPAddress.Loopback, port);
        client._reader = new StreamReader(client._tcp.GetStream(), Encoding.Latin1);
        Assert.StartsWith("220 ", await client.ReadAsync(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task WriteAsync(string text) => await _tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The last line of the next reply; null: the server closed.</summary>
    public async Task<string?> ReadAsync()
    {
        while (true)
        {
            try
            {
                var line = await _reader.ReadLineAsync().WaitAsync(Limit);
                if (line is null || line[3] == ' ')
                {
                    return line;
                }
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    public async Task<string?> SayAsync(string command)
    {
        await WriteAsync(command + "\r\n");
        return await ReadAsync();
    }

    /// <summary>Sends one message and returns the reply that ended it; null: the server closed.</summary>
    public async Task<string?> SendAsync(string to, string content = "Message-ID: <m1@test>\r\n\r\nhello\r\n")
    {
        foreach (var command in new[] { "RSET", "MAIL FROM:<from@test>", $"RCPT TO:<{to}>", "DATA" })
        {
            var reply = await SayAsync(command);
            if (reply is null || reply[0] is '4' or '5')
            {
                return reply;
            }
        }

        return await SayAsync(content + ".");
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }
}
