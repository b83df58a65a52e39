using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dispatcher.Dns;

/// <summary>The names under which addresses are found (RFC 1035 section 3.5, RFC 3596 section 2.5).</summary>
internal static class ReverseName
{
    public static string Of(IPAddress address) =>
        $"{Reversed(address)}.{(address.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6")}.arpa";

    private static string Reversed(IPAddress address)
    {
        var dotted = Dotted(address).Split('.');
        Array.Reverse(dotted);
        return string.Join('.', dotted);
    }

    /// <summary>Four numbers, or 32 hexadecimal digits in upper case, with dots between (RFC 7208 section 7.3, macro <c>i</c>).</summary>
    public static string Dotted(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address.ToString();
        }

        var text = new StringBuilder(63);
        foreach (var digit in Convert.ToHexString(address.GetAddressBytes()))
        {
            text.Append(text.Length > 0 ? "." : "").Append(digit);
        }

        return text.ToString();
    }
}
