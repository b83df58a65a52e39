using System.Buffers.Binary;

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
        Span<byte> hash = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(hash, Fnv(messageId, 0xcbf29ce484222325));
        BinaryPrimitives.WriteUInt64BigEndian(hash[8..], Fnv(messageId, 0x9ae16a3b2f90404f));
        "=_"u8.CopyTo(boundary);
        Convert.TryToHexStringLower(hash, boundary[2..], out _);
    }

    /// <summary>FNV-1a (Fowler, Noll, Vo) of 64 bits: a message's parts must not be mixed up, which "=_" sees to; the rest only tells messages apart.</summary>
    private static ulong Fnv(ReadOnlySpan<char> text, ulong hash)
    {
        foreach (var c in text)
        {
            hash = (hash ^ c) * 0x100000001b3;
        }

        return hash;
    }
}
