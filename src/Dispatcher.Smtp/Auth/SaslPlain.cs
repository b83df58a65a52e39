using System.Text;

namespace Dispatcher.Smtp.Auth;

/// <summary>PLAIN (RFC 4616): user and password in one message, readable by whoever reads the connection.</summary>
internal sealed class SaslPlain(Credentials credentials) : ISaslMechanism
{
    public const string MechanismName = "PLAIN";

    public string Name => MechanismName;

    public byte[]? InitialResponse { get; } = Encoding.UTF8.GetBytes($"\0{credentials.User}\0{credentials.Password}");

    public bool IsComplete => true;

    public SaslStep Next(ReadOnlySpan<byte> challenge) => SaslStep.Fail("the server asks for more than PLAIN has");
}
