using System.Net;

namespace Dispatcher.Dns;

/// <summary>The system's resolvers, as <c>resolv.conf(5)</c> has them. Search lists and options are left aside: our names are absolute.</summary>
internal static class ResolvConf
{
    public const string Path = "/etc/resolv.conf";

    /// <summary>As many as the C library takes (MAXNS).</summary>
    private const int MostServers = 3;

    /// <returns>At least one: without any, a resolver on this machine is meant.</returns>
    public static IReadOnlyList<IPEndPoint> Parse(IEnumerable<string> lines)
    {
        var servers = new List<IPEndPoint>();
        foreach (var line in lines)
        {
            var words = line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var address, ..] && servers.Count < MostServers && IPAddress.TryParse(address, out var parsed))
            {
                servers.Add(new(parsed, ServerAddress.DefaultPort));
            }
        }

        return servers.Count > 0 ? servers : [new(IPAddress.Loopback, ServerAddress.DefaultPort)];
    }

    public static IReadOnlyList<IPEndPoint> Read()
    {
        try
        {
            return Parse(File.ReadLines(Path));
        }
        catch (IOException)
        {
            return Parse([]);
        }
        catch (UnauthorizedAccessException)
        {
            return Parse([]);
        }
    }
}
