using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Core.Sending;

/// <summary>
/// Bounce addresses that say which attempt came back (variable envelope return paths). The local part is base32 (RFC 4648, lower case, no
/// padding) of: version 1 · lane 1 · record key 16 · attempt 2 · the first 8 octets of HMAC-SHA-256 over those 20; 45 characters.
/// </summary>
/// <remarks>
/// A relay on the way back may change the case, so case says nothing. Nobody without a key can name an invitation: a guess is right once in
/// 2^64. Nothing in it tells who the recipient is. Safe for concurrent calls.
/// </remarks>
public sealed class VerpCodec(VerpKeys keys)
{
    /// <summary>Characters of a local part.</summary>
    public const int LocalLength = 45;

    private const byte Version = 1;
    private const int Signed = 20;
    private const int Total = Signed + 8;
    private const int KeyBytes = 16;

    /// <returns>The local part, for the sender's bounce domain.</returns>
    /// <exception cref="ArgumentException">Lane or record key is none: a bug of the caller.</exception>
    public string LocalPart(VerpTarget target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(target.Lane);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target.Lane, byte.MaxValue);
        Span<byte> bytes = stackalloc byte[Total];
        bytes[0] = Version;
        bytes[1] = (byte)target.Lane;
        if (target.RecordKey.Length != RecordKey.Length
            || Base64Url.DecodeFromChars(target.RecordKey, bytes.Slice(2, KeyBytes), out _, out var written) != OperationStatus.Done
            || written != KeyBytes)
        {
            throw new ArgumentException("This is no record key.", nameof(target));
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes[(2 + KeyBytes)..], (ushort)Math.Clamp(target.Attempt, 0, ushort.MaxValue));
        Sign(keys.All[0], bytes[..Signed], bytes[Signed..]);
        return Base32.Encode(bytes);
    }

    /// <summary>Reads a local part that came back; false for whatever we did not make.</summary>
    public bool TryParse(ReadOnlySpan<char> localPart, out VerpTarget target)
    {
        target = default;
        Span<byte> bytes = stackalloc byte[Total];
        if (localPart.Length != LocalLength || !Base32.TryDecode(localPart, bytes) || bytes[0] != Version)
        {
            return false;
        }

        // Every key is tried to its end: how long it takes says nothing.
        Span<byte> proof = stackalloc byte[Total - Signed];
        var known = false;
        foreach (var key in keys.All)
        {
            Sign(key, bytes[..Signed], proof);
            known |= CryptographicOperations.FixedTimeEquals(proof, bytes[Signed..]);
        }

        if (known)
        {
            target = new VerpTarget(bytes[1], Base64Url.EncodeToString(bytes.Slice(2, KeyBytes)), BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 + KeyBytes)..]));
        }

        return known;
    }

    private static void Sign(byte[] key, ReadOnlySpan<byte> content, Span<byte> proof)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, whole);
        whole[..proof.Length].CopyTo(proof);
    }
}
