using System.Globalization;
using System.Net;
using Dispatcher.Core.Addresses;

namespace Dispatcher.Dns;

/// <summary>A resolver's address as people write it: <c>192.0.2.1</c>, <c>192.0.2.1:53</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]:53</c>.</summary>
public static class ServerAddress
{
    public const int DefaultPort = 53;

    /// <returns>Null: it is no such address. Names are not: who would look them up?</returns>
    public static IPEndPoint? Parse(string text)
    {
        var value = text.AsSpan().Trim();
        var port = DefaultPort;
        var colon = value.LastIndexOf(':');
        var bracketed = value is ['[', ..];
        var hasPort = bracketed ? value.Contains("]:", StringComparison.Ordinal) : colon >= 0 && value.IndexOf(':') == colon;
        if (hasPort)
        {
            if (!int.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
            {
                return null;
            }

            value = value[..colon];
        }

        if (bracketed)
        {
            return value is ['[', .. var inside, ']'] && inside.Contains(':') && IpSyntax.Parse(inside) is { } six ? new(six, port) : null;
        }

        return IpSyntax.Parse(value) is { } address ? new(address, port) : null;
    }
}
