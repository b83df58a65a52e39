using System.Security.Cryptography;
using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>The line between the parts of a message (RFC 2046 5.1.1).</summary>
internal static class Boundary
{
    public const int Length = 34;

    /// <summary>
    /// The same for the same message id, so that an attempt repeated is the same message. It begins with "=_", which quoted-printable and
    /// base64 never produce, and a text with "=_" in it is never sent as 7bit (see <see cref="TextRun"/>): nobody who knows the message id can
    /// write a boundary into a value.
    /// </summary>
    public static void Write(ReadOnlySpan<char> messageId, Span<byte> boundary)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> id = messageId.Length <= 256 ? stackalloc byte[3 * 256] : new byte[Encoding.UTF8.GetMaxByteCount(messageId.Length)];
        SHA256.HashData(id[..Encoding.UTF8.GetBytes(messageId, id)], hash);
        "=_"u8.CopyTo(boundary);
        Convert.TryToHexStringLower(hash[..16], boundary[2..], out _);
    }
}
