using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Dispatcher.Simulators.Smtp;

/// <summary>SCRAM-SHA-256 as a server speaks it (RFC 5802 3 and 5, RFC 7677), without channel binding.</summary>
internal sealed class SimulatorScram(SmtpSimulatorLogin login)
{
    private const int Iterations = 4096;
    private const string NoChannelBinding = "n,,";

    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private string _clientFirst = "";
    private string _serverFirst = "";
    private string _nonce = "";

    /// <summary>Null: the client's first message is malformed.</summary>
    public string? First(string message)
    {
        var nonce = message.IndexOf(",r=", StringComparison.Ordinal);
        if (!message.StartsWith(NoChannelBinding + "n=", StringComparison.Ordinal) || nonce < 0)
        {
            return null;
        }

        _clientFirst = message[NoChannelBinding.Length..];
        _nonce = message[(nonce + 3)..] + Convert.ToBase64String(RandomNumberGenerator.GetBytes(12));
        return _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_salt)},i={Iterations}";
    }

    /// <summary>Our signature, or null when the proof is wrong.</summary>
    public string? Verify(string message)
    {
        var proof = message.LastIndexOf(",p=", StringComparison.Ordinal);
        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(NoChannelBinding))},r={_nonce}";
        if (proof != withoutProof.Length || !message.StartsWith(withoutProof, StringComparison.Ordinal)
            || !Base64.IsValid(message.AsSpan(proof + 3)))
        {
            return null;
        }

        var signed = Encoding.UTF8.GetBytes($"{_clientFirst},{_serverFirst},{withoutProof}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(login.Password, _salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var clientKey = Convert.FromBase64String(message[(proof + 3)..]);
        var signature = HMACSHA256.HashData(storedKey, signed);
        if (clientKey.Length != signature.Length || !NamesUser())
        {
            return null;
        }

        for (var i = 0; i < clientKey.Length; i++)
        {
            clientKey[i] ^= signature[i];
        }

        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), storedKey)
            ? "v=" + Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), signed))
            : null;
    }

    private bool NamesUser() =>
        _clientFirst.Split(',')[0].Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal) == "n=" + login.User;
}
