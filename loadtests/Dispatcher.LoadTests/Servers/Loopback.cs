using System.Net;
using Dispatcher.LoadTests.Cli;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Servers;

/// <summary>A load test aimed at a machine of others is an attack: only loopback is allowed.</summary>
internal static class Loopback
{
    /// <exception cref="UsageException">The address is malformed, or not loopback.</exception>
    public static void Require(string configuration)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(configuration);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"--redis {configuration}: write HOST:PORT");
        }

        if (options.EndPoints.Count == 0 || !options.EndPoints.All(IsLoopback))
        {
            throw new UsageException($"--redis {configuration}: only 127.0.0.1, ::1 and localhost are allowed, for a load test fills and empties the server");
        }
    }

    private static bool IsLoopback(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
        DnsEndPoint dns => dns.Host is "localhost",
        _ => false,
    };
}
