namespace Dispatcher.Smtp.Connections;

/// <summary>How far the beginning of a session came.</summary>
public enum SessionStep
{
    /// <summary>Nothing went wrong.</summary>
    None = 0,

    /// <summary>The name, or the TCP connection.</summary>
    Connect,

    /// <summary>The greeting, EHLO or HELO.</summary>
    Hello,

    /// <summary>STARTTLS, or the handshake.</summary>
    Tls,

    /// <summary>AUTH.</summary>
    Login,
}
