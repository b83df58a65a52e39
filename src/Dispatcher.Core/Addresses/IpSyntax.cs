using System.Net;

namespace Dispatcher.Core.Addresses;

/// <summary>IP addresses as people write them. Pure.</summary>
public static class IpSyntax
{
    /// <returns>Null: no address in full. <c>1</c> and <c>1.2</c> are addresses to the class library, and mistakes to everybody else; so is
    /// one with brackets or a zone.</returns>
    public static IPAddress? Parse(ReadOnlySpan<char> text) =>
        (text.Contains(':') || text.Count('.') == 3) && !text.ContainsAny("[]%") && IPAddress.TryParse(text, out var address) ? address : null;

    /// <summary>Whether a host, by name or address, is this machine as only it sees itself.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
