namespace Dispatcher.Smtp;

/// <summary>When a connection is encrypted. Only <see cref="Required"/> and <see cref="Implicit"/> check who answers.</summary>
public enum SmtpTls
{
    /// <summary><see cref="Implicit"/> on port 465; <see cref="None"/> to this machine where neither login nor certificates are set;
    /// <see cref="Required"/> for everything else.</summary>
    Auto = 0,

    /// <summary>Never: everything can be read and changed on the way.</summary>
    None,

    /// <summary>STARTTLS where the server offers it, whoever it is; plain text where it does not (RFC 7435). No help against an attacker who
    /// can change what is sent.</summary>
    Opportunistic,

    /// <summary>STARTTLS (RFC 3207) with a certificate that is valid for the relay, or nothing is sent.</summary>
    Required,

    /// <summary>TLS from the first byte, as on port 465 (RFC 8314), with a certificate that is valid for the relay.</summary>
    Implicit,
}
