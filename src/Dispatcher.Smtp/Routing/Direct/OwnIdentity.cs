using System.Net;
using System.Net.NetworkInformation;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>What we are called and where we are reached, to find out that an exchanger is ourselves (RFC 5321 section 5.1). Immutable.</summary>
internal sealed class OwnIdentity
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<IPAddress> _addresses;
    private readonly bool _allowLoopback;

    public OwnIdentity(RouteSettings route, SmtpOptions common, IEnumerable<IPAddress> machine)
    {
        var direct = route.Direct!;
        _allowLoopback = direct.AllowLoopback;
        _addresses = [.. direct.OwnAddresses, .. direct.Sources.Select(source => source.Address), .. machine.Where(address => !IPAddress.IsLoopback(address))];
        string?[] names = [route.EhloName, common.EhloName ?? SessionStart.OwnName(), .. direct.Sources.Select(source => source.EhloName)];
        _names.UnionWith(names.OfType<string>());
    }

    public bool IsOurName(string host) => _names.Contains(host) || (!_allowLoopback && host.Equals("localhost", StringComparison.OrdinalIgnoreCase));

    /// <summary>Addresses that lead to nobody else count too.</summary>
    public bool IsOurs(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _addresses.Contains(plain) || IPAddress.Any.Equals(plain) || IPAddress.IPv6Any.Equals(plain)
            || (!_allowLoopback && IPAddress.IsLoopback(plain));
    }

    /// <summary>The addresses of this machine's network cards; none where the system does not tell.</summary>
    public static IReadOnlyList<IPAddress> OfMachine()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(unicast => new IPAddress(unicast.Address.GetAddressBytes()))];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}
