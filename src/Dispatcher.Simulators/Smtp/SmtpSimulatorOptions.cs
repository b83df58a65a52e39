using System.Net;

namespace Dispatcher.Simulators.Smtp;

/// <summary>How a <see cref="SmtpSimulator"/> listens and what it remembers.</summary>
public sealed record SmtpSimulatorOptions
{
    /// <summary>Loopback address that it listens on. Default 127.0.0.1; others let several listen on one port.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port on loopback. 0 (default): any free one, see <see cref="SmtpSimulator.Port"/>.</summary>
    public int Port { get; init; }

    /// <summary>How long <c>slow@</c> waits before the final reply. Default 2 s.</summary>
    public TimeSpan SlowDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Largest message, announced as SIZE (RFC 1870). Default 10 MB.</summary>
    public int MaxMessageSize { get; init; } = 10_000_000;

    /// <summary>Default none.</summary>
    public SmtpSimulatorTls Tls { get; init; }

    /// <summary>A name that the certificate is for, besides <c>localhost</c> and <c>127.0.0.1</c>. Default <c>simulator.test</c>.</summary>
    public string CertificateName { get; init; } = "simulator.test";

    /// <summary>Who may send. Null (default): anybody, and no AUTH is offered.</summary>
    public SmtpSimulatorLogin? Login { get; init; }

    /// <summary>What is kept of each message taken. Default nothing: only the counts grow.</summary>
    public SmtpSimulatorMemory Memory { get; init; }

    /// <summary>Messages kept at most; later ones are counted only. Default 1,000,000.</summary>
    public int MostRemembered { get; init; } = 1_000_000;
}

/// <summary>What a simulator keeps of each message.</summary>
public enum SmtpSimulatorMemory
{
    CountsOnly = 0,

    /// <summary>Envelope and Message-ID: enough to count duplicates.</summary>
    MessageIds,

    /// <summary>The content too.</summary>
    Content,
}
