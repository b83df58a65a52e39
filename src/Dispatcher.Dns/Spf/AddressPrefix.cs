using System.Net;

namespace Dispatcher.Dns.Spf;

/// <summary>Compares the leading bits of addresses. Pure; no allocation.</summary>
internal static class AddressPrefix
{
    /// <summary>False for addresses of different families.</summary>
    public static bool Matches(IPAddress left, IPAddress right, int bits)
    {
        Span<byte> a = stackalloc byte[16];
        Span<byte> b = stackalloc byte[16];
        if (left.AddressFamily != right.AddressFamily || !left.TryWriteBytes(a, out var length) || !right.TryWriteBytes(b, out _))
        {
            return false;
        }

        var whole = Math.Min(bits, length * 8) / 8;
        var rest = Math.Min(bits, length * 8) % 8;
        return a[..whole].SequenceEqual(b[..whole]) && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
    }
}
