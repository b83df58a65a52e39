namespace Dispatcher.Core.Sending.Routes;

/// <summary>How a route's relays are spoken to. What is null is as in section <c>Smtp</c>, but login and certificates never come from there:
/// a password is for one relay.</summary>
public sealed record RelaySettings
{
    /// <summary>One at least.</summary>
    public required IReadOnlyList<RelayEndpoint> Endpoints { get; init; }

    public RouteTls Tls { get; init; }

    /// <summary><c>1.2</c> or <c>1.3</c>.</summary>
    public string? MinTls { get; init; }

    public string? CaFile { get; init; }

    public bool AcceptInvalidCertificates { get; init; }

    public string? ClientCertificateFile { get; init; }

    public string? ClientKeyFile { get; init; }

    public string? User { get; init; }

    public string? PasswordFile { get; init; }

    public string? AuthMechanism { get; init; }

    public bool AllowPlainTextAuth { get; init; }

    public bool? Pipelining { get; init; }

    public int? MessagesPerConnection { get; init; }
}
