namespace Dispatcher.Simulators.Smtp;

/// <summary>The one user of a <see cref="SmtpSimulator"/>. Where there is one, MAIL needs a login, and with STARTTLS a login needs TLS.</summary>
/// <param name="User">ASCII.</param>
/// <param name="Password">ASCII.</param>
public sealed record SmtpSimulatorLogin(string User, string Password)
{
    /// <summary>Mechanisms announced and taken: <c>SCRAM-SHA-256</c>, <c>PLAIN</c>, <c>LOGIN</c>. Default all of them.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = ["SCRAM-SHA-256", "PLAIN", "LOGIN"];

    public override string ToString() => User;
}
