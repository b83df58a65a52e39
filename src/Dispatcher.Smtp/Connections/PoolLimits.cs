namespace Dispatcher.Smtp.Connections;

/// <summary>How one endpoint may be used.</summary>
internal sealed record PoolLimits
{
    /// <summary>Most connections open at once, those that are being opened or closed included.</summary>
    public required int Connections { get; init; }

    public required int MessagesPerConnection { get; init; }

    public required TimeSpan MaxAge { get; init; }

    public required TimeSpan IdleTime { get; init; }

    /// <summary>Pipeline, and pair messages, where the server can.</summary>
    public required bool Pipelining { get; init; }

    /// <summary>Ask for notifications (RFC 3461) where the server can.</summary>
    public required bool Dsn { get; init; }

    public static PoolLimits Of(SmtpOptions options) => new()
    {
        Connections = options.Connections,
        MessagesPerConnection = options.MessagesPerConnection,
        MaxAge = TimeSpan.FromSeconds(options.MaxAgeSeconds),
        IdleTime = TimeSpan.FromSeconds(options.IdleSeconds),
        Pipelining = options.Pipelining,
        Dsn = options.Dsn,
    };
}
