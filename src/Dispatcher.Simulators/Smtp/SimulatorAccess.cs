namespace Dispatcher.Simulators.Smtp;

/// <summary>What a connection must have before it may send, by the simulator's options: TLS and a login.</summary>
internal sealed class SimulatorAccess(SmtpSimulatorOptions options)
{
    private SimulatorAuth? _auth;
    private bool _startTls;

    public bool IsEncrypted { get; set; }

    /// <summary>220 was said to STARTTLS: the handshake comes next, and nothing that came before it counts.</summary>
    public bool WantsHandshake => !IsEncrypted && (_startTls || options.Tls == SmtpSimulatorTls.Implicit);

    /// <summary>The next line answers a challenge and is no command.</summary>
    public bool IsChallenged => _auth is { IsOpen: true };

    /// <summary>False: MAIL is refused.</summary>
    public bool MaySend => options.Login is null || _auth is { IsLoggedIn: true };

    /// <summary>Keywords of the EHLO reply.</summary>
    public IEnumerable<string> Announced => CanStartTls ? ["STARTTLS"]
        : options.Login is { } login ? ["AUTH " + string.Join(' ', login.Mechanisms)]
        : [];

    private bool CanStartTls => options.Tls == SmtpSimulatorTls.StartTls && !IsEncrypted;

    public string StartTls()
    {
        if (!CanStartTls)
        {
            return IsEncrypted ? "503 5.5.1 TLS is on" : "500 5.5.2 Unknown command";
        }

        _startTls = true;
        return "220 2.0.0 Go on";
    }

    /// <param name="line">A whole AUTH command.</param>
    public string Auth(string line)
    {
        if (options.Login is not { } login || CanStartTls || _auth is { IsLoggedIn: true })
        {
            return CanStartTls ? "538 5.7.11 Say STARTTLS first" : "503 5.5.1 Not now";
        }

        _auth = new SimulatorAuth(login);
        return _auth.Begin(line);
    }

    public string Answer(string line) => _auth!.Step(line);
}
