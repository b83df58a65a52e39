using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Invitations;

/// <summary>
/// The 22 characters that name a record in Redis: base64url of the first 16 bytes of SHA-256(tenant NUL id).
/// Tenant and id never contain NUL, so two pairs never meet except by a hash collision (2^-64 at 2^32 records).
/// </summary>
public static class RecordKey
{
    public const int Length = 22;

    public static string Of(string tenant, string id) => Digest(tenant, id);

    /// <summary>What stands for a recipient in keys: an address is never written into a key name.</summary>
    /// <param name="address">E-mail address or phone number; compared as mail goes by it, without case and surrounding white space.</param>
    public static string OfRecipient(string address) => Digest("recipient", EmailSyntax.ToWire(address.Trim()).ToLowerInvariant());

    /// <summary>What stands for a tenant's reference number, unique per type: 66 bits as 11 characters, since hundreds of millions are remembered.</summary>
    public static string OfReference(string tenant, InvitationType type, string reference) =>
        Digest($"{tenant}/{Codes.Of(type)}", reference.Trim())[..11];

    /// <summary>128 bits that stand for some content, as 22 characters.</summary>
    public static string OfContent(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Base64Url.EncodeToString(hash[..16]);
    }

    /// <summary>What is remembered of a body, to tell a repeat from a conflict: 63 bits as a decimal number, which Redis keeps in eight bytes.
    /// The bodies that are compared are of one tenant and one id; nobody else is concerned should two meet.</summary>
    public static string OfBody(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return (BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue).ToString(CultureInfo.InvariantCulture);
    }

    private static string Digest(string first, string second)
    {
        var length = Encoding.UTF8.GetMaxByteCount(first.Length) + 1 + Encoding.UTF8.GetMaxByteCount(second.Length);
        var buffer = length <= 512 ? stackalloc byte[length] : new byte[length];
        var written = Encoding.UTF8.GetBytes(first, buffer);
        buffer[written++] = 0;
        written += Encoding.UTF8.GetBytes(second, buffer[written..]);
        return OfContent(buffer[..written]);
    }
}
