using Dispatcher.Simulators.Dns;

namespace Dispatcher.Dns.Tests;

/// <summary>Resolvers that ask simulators.</summary>
internal static class Resolvers
{
    public static DnsResolver Of(DnsSimulator server, Action<DnsOptions>? change = null, TimeProvider? time = null) =>
        Of([$"{server.Endpoint}"], change, time);

    public static DnsResolver Of(IEnumerable<string> servers, Action<DnsOptions>? change = null, TimeProvider? time = null)
    {
        var options = new DnsOptions();
        foreach (var server in servers)
        {
            options.Servers.Add(server);
        }

        change?.Invoke(options);
        return new DnsResolver(options, time ?? TimeProvider.System);
    }
}
