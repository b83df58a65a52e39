using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dispatcher.Smtp.Auth;

/// <summary>
/// SCRAM-SHA-256 (RFC 5802, RFC 7677): the password never goes out, and the server proves that it knows it too. Without channel binding,
/// as servers of mail have none.
/// </summary>
internal sealed class ScramSha256 : ISaslMechanism
{
    public const string MechanismName = "SCRAM-SHA-256";

    // RFC 7677 4 asks for at least 4096. The ceiling bounds what a server can make us compute: about a second.
    private const int LeastIterations = 4096;
    private const int MostIterations = 1_000_000;

    private const string NoChannelBinding = "n,,";

    private readonly byte[] _password;
    private readonly string _nonce;
    private readonly string _clientFirstBare;
    private byte[]? _serverSignature;

    /// <param name="user">Prepared by <see cref="SaslPrep"/>, as is <paramref name="password"/>.</param>
    /// <param name="nonce">Printable ASCII without commas; differs for each login.</param>
    public ScramSha256(string user, string password, string nonce)
    {
        _password = Encoding.UTF8.GetBytes(password);
        _nonce = nonce;
        var name = user.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _clientFirstBare = $"n={name},r={nonce}";
        InitialResponse = Encoding.UTF8.GetBytes(NoChannelBinding + _clientFirstBare);
    }

    public string Name => MechanismName;

    public byte[]? InitialResponse { get; }

    public bool IsComplete { get; private set; }

    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    public SaslStep Next(ReadOnlySpan<byte> challenge)
    {
        var message = Encoding.UTF8.GetString(challenge);
        return IsComplete ? SaslStep.Fail("the server goes on after its last message")
            : _serverSignature is null ? AnswerFirst(message)
            : AnswerFinal(message);
    }

    /// <summary><c>r=nonce,s=salt,i=iterations</c>: answered by the proof that we know the password.</summary>
    private SaslStep AnswerFirst(string serverFirst)
    {
        var parts = serverFirst.Split(',');
        if (parts.Length < 3 || Value(parts[0], "r=") is not { } nonce || Value(parts[1], "s=") is not { } saltText
            || Value(parts[2], "i=") is not { } count)
        {
            // An extension that we must understand ("m=") comes first and ends here too (RFC 5802 5.1).
            return SaslStep.Fail("the server's first SCRAM message is malformed");
        }

        if (nonce.Length <= _nonce.Length || !nonce.StartsWith(_nonce, StringComparison.Ordinal))
        {
            return SaslStep.Fail("the server's SCRAM nonce does not continue ours");
        }

        if (!Base64.IsValid(saltText) || Convert.FromBase64String(saltText) is not { Length: > 0 } salt)
        {
            return SaslStep.Fail("the server's SCRAM salt is not base64");
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < LeastIterations or > MostIterations)
        {
            return SaslStep.Fail(string.Create(
                CultureInfo.InvariantCulture, $"the server's SCRAM iteration count is not {LeastIterations} to {MostIterations}"));
        }

        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(NoChannelBinding))},r={nonce}";
        var proof = Prove($"{_clientFirstBare},{serverFirst},{withoutProof}", salt, iterations);
        return SaslStep.Answer(Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}"));
    }

    /// <summary><c>v=signature</c>, or <c>e=error</c>.</summary>
    private SaslStep AnswerFinal(string serverFinal)
    {
        var first = serverFinal.Split(',')[0];
        if (Value(first, "e=") is not null)
        {
            return SaslStep.Fail("the server refused the SCRAM proof: user or password is wrong");
        }

        if (Value(first, "v=") is not { } text || !Base64.IsValid(text)
            || !CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(text), _serverSignature))
        {
            return SaslStep.Fail("the server's SCRAM signature is wrong: it does not know the password");
        }

        IsComplete = true;
        return SaslStep.Answer([]);
    }

    /// <returns>ClientProof of RFC 5802 3; keeps ServerSignature.</returns>
    private byte[] Prove(string authMessage, byte[] salt, int iterations)
    {
        var message = Encoding.UTF8.GetBytes(authMessage);
        var salted = Rfc2898DeriveBytes.Pbkdf2(_password, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var clientSignature = HMACSHA256.HashData(SHA256.HashData(clientKey), message);
        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        for (var i = 0; i < clientKey.Length; i++)
        {
            clientKey[i] ^= clientSignature[i];
        }

        return clientKey;
    }

    private static string? Value(string part, string name) => part.StartsWith(name, StringComparison.Ordinal) ? part[name.Length..] : null;
}
