namespace Dispatcher.Smtp.Auth;

/// <summary>Which of the mechanisms that a server offers is used.</summary>
internal static class MechanismChoice
{
    /// <summary>From strong to weak.</summary>
    public static IReadOnlyList<string> Known { get; } = [ScramSha256.MechanismName, SaslPlain.MechanismName, SaslLogin.MechanismName];

    /// <summary>The strongest that both sides know, or null.</summary>
    /// <param name="offered">Names after AUTH in the EHLO reply.</param>
    /// <param name="forced">The only one to use; null: any.</param>
    public static string? Pick(IReadOnlyCollection<string> offered, string? forced) => Known.FirstOrDefault(name =>
        (forced is null || name.Equals(forced, StringComparison.OrdinalIgnoreCase)) && offered.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>The mechanism, ready for one login, or why user or password cannot be used with it.</summary>
    public static (ISaslMechanism? Mechanism, string? Problem) Create(string name, Credentials credentials)
    {
        if (name != ScramSha256.MechanismName)
        {
            return (name == SaslPlain.MechanismName ? new SaslPlain(credentials) : new SaslLogin(credentials), null);
        }

        return SaslPrep.TryPrepare(credentials.User, out var user) && SaslPrep.TryPrepare(credentials.Password, out var password)
            ? (new ScramSha256(user, password, ScramSha256.NewNonce()), null)
            : (null, "user or password holds characters that SCRAM does not allow (RFC 4013)");
    }
}
