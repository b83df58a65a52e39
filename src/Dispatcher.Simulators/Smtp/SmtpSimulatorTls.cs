namespace Dispatcher.Simulators.Smtp;

/// <summary>How a <see cref="SmtpSimulator"/> encrypts. Its certificate is made at start and signed by itself.</summary>
public enum SmtpSimulatorTls
{
    None = 0,

    /// <summary>Offers STARTTLS; MAIL is taken without it too.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Implicit,
}
