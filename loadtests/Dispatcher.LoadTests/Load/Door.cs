using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatcher.LoadTests.Load;

/// <summary>
/// A foreign producer: plain XADD into the public door, many to a write. It speaks RESP itself, since a client library's own cost would
/// be taken from the processors that the worker is measured on.
/// </summary>
internal static class Door
{
    private const int UnderWay = 500;

    /// <param name="address">Of the Redis under test, <c>host:port</c>.</param>
    /// <param name="first">Number of the first invitation.</param>
    /// <param name="count">How many.</param>
    /// <param name="tenants">Shared out evenly among so many.</param>
    /// <param name="firstTenant">Number of the first of them.</param>
    /// <exception cref="InvalidOperationException">Redis refused one.</exception>
    public static async Task ProduceAsync(string address, int first, int count, int tenants, int firstTenant = 0)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPEndPoint.Parse(address));
        await using var stream = client.GetStream();
        using var replies = new StreamReader(stream, Encoding.ASCII);
        using var batch = new MemoryStream();
        for (var number = first; number < first + count;)
        {
            batch.SetLength(0);
            var end = Math.Min(number + UnderWay, first + count);
            var adds = end - number;
            for (; number < end; number++)
            {
                Write(batch, Invitation(TestInvitation.Tenant(firstTenant + (number % tenants)), number));
            }

            await stream.WriteAsync(batch.GetBuffer().AsMemory(0, (int)batch.Length));
            for (var n = 0; n < adds; n++)
            {
                // A bulk string: its length, and the entry's id.
                var length = await replies.ReadLineAsync();
                _ = length?.StartsWith('$') == true ? await replies.ReadLineAsync() : throw new InvalidOperationException($"XADD: {length}");
            }
        }
    }

    private static void Write(MemoryStream to, byte[] invitation)
    {
        to.Write("*5\r\n$4\r\nXADD\r\n$15\r\ndispatch:intake\r\n$1\r\n*\r\n$10\r\ninvitation\r\n$"u8);
        to.Write(Encoding.ASCII.GetBytes(invitation.Length.ToString(CultureInfo.InvariantCulture)));
        to.Write("\r\n"u8);
        to.Write(invitation);
        to.Write("\r\n"u8);
    }

    private static byte[] Invitation(string tenant, int number) => Encoding.UTF8.GetBytes(
        $$"""{"tenant":"{{tenant}}","id":"n{{number}}","type":"service","recipient":{"name":"Eva Example","email":"n{{number}}@example.com"},"referenceNumber":"order-{{number}}","tags":["load"]}""");
}
