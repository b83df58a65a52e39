using System.Net;
using System.Net.Sockets;
using Dispatcher.Dns;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Spf;

/// <summary><c>--dns HOST:PORT</c>: a resolver in place of those of the settings.</summary>
internal static class DnsServerArgument
{
    /// <exception cref="UsageException">It is no address, and no name that the system knows.</exception>
    public static async Task<string> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (ServerAddress.Parse(text) is not null)
        {
            return text;
        }

        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? (text, "53") : (text[..colon], text[(colon + 1)..]);
        try
        {
            foreach (var address in host.Length > 0 ? await System.Net.Dns.GetHostAddressesAsync(host, cancellationToken) : [])
            {
                var server = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]:{port}" : $"{address}:{port}";
                if (ServerAddress.Parse(server) is not null)
                {
                    return server;
                }
            }
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            // Said below.
        }

        throw new UsageException($"--dns: '{Cell.Plain(text)}' is not a resolver. Write 192.0.2.1:53 or [2001:db8::1]:53.");
    }

    /// <param name="server">Null: as set.</param>
    /// <param name="timeout">Milliseconds; null: as set.</param>
    public static void Use(IServiceCollection services, string? server, int? timeout) => services.PostConfigure<DnsOptions>(options =>
    {
        if (server is not null)
        {
            options.Servers.Clear();
            options.Servers.Add(server);
        }

        options.Timeout = timeout is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : options.Timeout;
    });
}
