using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Dispatcher.Smtp.Dkim;

/// <summary>A private key with the name under which its public half is published. Safe for concurrent calls.</summary>
/// <remarks>.NET does not promise that one RSA object serves two threads: each call takes one of its own and puts it back.</remarks>
internal sealed class DkimKey
{
    private readonly RSAParameters _parameters;
    private readonly ConcurrentBag<RSA> _idle = [];

    /// <param name="domain">In A-labels, lower case (d=).</param>
    /// <param name="selector">s=.</param>
    /// <param name="rsa">Taken over.</param>
    public DkimKey(string domain, string selector, RSA rsa)
    {
        (Domain, Selector, Bits) = (domain, selector, rsa.KeySize);
        PublicKey = rsa.ExportSubjectPublicKeyInfo();
        _parameters = rsa.ExportParameters(includePrivateParameters: true);
        _idle.Add(rsa);
    }

    public string Domain { get; }

    public string Selector { get; }

    /// <summary>Length of the modulus.</summary>
    public int Bits { get; }

    /// <summary>DER of SubjectPublicKeyInfo (RFC 5280), which is what DNS publishes.</summary>
    public byte[] PublicKey { get; }

    /// <summary>RSASSA-PKCS1-v1_5 (RFC 8017) over a SHA-256 hash.</summary>
    /// <returns>How many octets of <paramref name="signature"/> were written.</returns>
    public int Sign(ReadOnlySpan<byte> hash, Span<byte> signature)
    {
        // As many are made as threads sign at once; they live as long as the key.
        if (!_idle.TryTake(out var rsa))
        {
            rsa = RSA.Create(_parameters);
        }

        var written = rsa.SignHash(hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _idle.Add(rsa);
        return written;
    }
}
