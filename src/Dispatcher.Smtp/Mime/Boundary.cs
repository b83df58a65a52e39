using System.Security.Cryptography;
using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>The line between the parts of a message (RFC 2046 5.1.1).</summary>
internal static class Boundary
{
    /// <summary>
    /// The same for the same message id, so that an attempt repeated is the same message byte for byte. It holds "=_", which
    /// quoted-printable never produces, and <see cref="MimeText"/> writes no other text with lines beginning in "--".
    /// </summary>
    public static string For(string messageId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(messageId), hash);
        return "=_" + Convert.ToHexStringLower(hash[..16]);
    }
}
