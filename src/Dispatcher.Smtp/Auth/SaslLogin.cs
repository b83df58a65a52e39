using System.Text;

namespace Dispatcher.Smtp.Auth;

/// <summary>LOGIN: never standardized, still the only one that some servers have. User and password, each after a challenge whose text
/// differs from server to server and is not looked at.</summary>
internal sealed class SaslLogin(Credentials credentials) : ISaslMechanism
{
    public const string MechanismName = "LOGIN";

    private int _asked;

    public string Name => MechanismName;

    public byte[]? InitialResponse => null;

    public bool IsComplete => _asked == 2;

    public SaslStep Next(ReadOnlySpan<byte> challenge) => ++_asked switch
    {
        1 => SaslStep.Answer(Encoding.UTF8.GetBytes(credentials.User)),
        2 => SaslStep.Answer(Encoding.UTF8.GetBytes(credentials.Password)),
        _ => SaslStep.Fail("the server asks for more than user and password"),
    };
}
