using System.ComponentModel.DataAnnotations;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Smtp;

/// <summary>Section <c>Smtp</c>: the relay that takes our mail, and who we say we are.</summary>
public sealed class SmtpOptions
{
    public const string Section = "Smtp";

    internal const string Tls12 = "1.2";
    internal const string Tls13 = "1.3";

    /// <summary>Host name or address of the relay, without scheme or port. Default <c>127.0.0.1</c>.</summary>
    [Required(ErrorMessage = "Smtp:Host is empty. Set it to the name or address of your mail relay.")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>TCP port of the relay. Default 25; 1 to 65535.</summary>
    [Range(1, 65535, ErrorMessage = "Smtp:Port must be 1 to 65535. Relays listen on 25, submission servers on 587.")]
    public int Port { get; set; } = 25;

    /// <summary>Sender of invitations whose tenant has none of its own, as <c>address</c> or <c>Name &lt;address&gt;</c>; also the envelope
    /// sender unless there is a <see cref="BounceDomain"/>. Default <c>reviews@example.com</c>, which suits tests only.</summary>
    [Required(ErrorMessage = "Smtp:From is empty. Set it to the address that your invitations come from.")]
    public string From { get; set; } = "reviews@example.com";

    /// <summary>Most connections open to the relay at once; no more are opened than the work needs. Default 8; 1 to 1000.</summary>
    [Range(1, 1000, ErrorMessage = "Smtp:Connections must be 1 to 1000. Stay below what the relay allows one client.")]
    public int Connections { get; set; } = 8;

    /// <summary>Name said in EHLO (RFC 5321 4.1.1.1): host name or address literal. Null (default): this machine's host name.</summary>
    public string? EhloName { get; set; }

    /// <summary>Domain of the envelope sender, to which bounces return; a tenant may have its own. Null (default): the address of
    /// <see cref="From"/>.</summary>
    public string? BounceDomain { get; set; }

    /// <summary>File of secrets by which bounce addresses name the attempt, unforgeably: one a line in base64, the newest first. Null
    /// (default): bounces go to <c>bounces@</c> the bounce domain and don't say what they are about.</summary>
    public string? VerpKeyFile { get; set; }

    /// <summary>Last field of <c>Feedback-ID</c>, by which Gmail's reports know the sender. Default <c>dispatcher</c>; 5 to 15 letters and
    /// digits; empty: no such header.</summary>
    public string FeedbackId { get; set; } = "dispatcher";

    /// <summary>The keys that sign messages.</summary>
    public DkimOptions Dkim { get; set; } = new();

    /// <summary>Messages after which a connection is closed and replaced. Default 100; 1 to 100,000.</summary>
    [Range(1, 100_000, ErrorMessage = "Smtp:MessagesPerConnection must be 1 to 100000. Lower it if the relay closes earlier.")]
    public int MessagesPerConnection { get; set; } = 100;

    /// <summary>Seconds after which an unused connection is closed. Default 30; 1 to 240, as servers wait five minutes
    /// (RFC 5321 4.5.3.2.7).</summary>
    [Range(1, 240, ErrorMessage = "Smtp:IdleSeconds must be 1 to 240, less than the five minutes that servers wait.")]
    public int IdleSeconds { get; set; } = 30;

    /// <summary>Seconds after which a connection is closed and replaced, however busy it is. Default 600; 1 to 86,400.</summary>
    [Range(1, 86_400, ErrorMessage = "Smtp:MaxAgeSeconds must be 1 to 86400. Lower it if the relay closes earlier.")]
    public int MaxAgeSeconds { get; set; } = 600;

    /// <summary>Say the next message's envelope together with a message's content (RFC 2920), where the server can. Default true; false
    /// for a relay that announces PIPELINING and is not up to it.</summary>
    public bool Pipelining { get; set; } = true;

    /// <summary>Ask for bounces that name our message and leave out its body (RFC 3461), where the server can. Default true.</summary>
    public bool Dsn { get; set; } = true;

    /// <summary>When the connection is encrypted: <c>Auto</c>, <c>None</c>, <c>Opportunistic</c>, <c>Required</c> (STARTTLS) or <c>Implicit</c>.
    /// Default <c>Auto</c>: <c>Implicit</c> on port 465, <c>None</c> to this machine where neither login nor
    /// certificates are set, <c>Required</c> else.</summary>
    [EnumDataType(typeof(SmtpTls), ErrorMessage = "Smtp:Tls must be Auto, None, Opportunistic, Required or Implicit.")]
    public SmtpTls Tls { get; set; }

    /// <summary>Lowest TLS version: <c>1.2</c> (default) or <c>1.3</c>.</summary>
    [AllowedValues(Tls12, Tls13, ErrorMessage = "Smtp:MinTls must be 1.2 or 1.3. Earlier versions are broken and not spoken.")]
    public string MinTls { get; set; } = Tls12;

    /// <summary>Name that the relay's certificate must be for, and that is asked for by SNI. Null (default): <see cref="Host"/>.</summary>
    public string? TlsName { get; set; }

    /// <summary>PEM file with certificates that are trusted besides the system's authorities: a private authority, or the relay's own
    /// self-signed one. Read again when it changes. Null (default): only the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>True: any certificate will do, so that anyone on the way can read along, the password too. For tests. Default false.</summary>
    public bool AcceptInvalidCertificates { get; set; }

    /// <summary>PEM file with our own certificate, and those up to its authority, for relays that ask for one. Read again when it changes.
    /// Null (default): none.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>PEM file with the key of <see cref="ClientCertificateFile"/>, without a pass phrase.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>Name to log in with (AUTH, RFC 4954). Null (default): no login.</summary>
    [StringLength(255, ErrorMessage = "Smtp:User has more than 255 characters.")]
    public string? User { get; set; }

    /// <summary>File that holds the password of <see cref="User"/>, in UTF-8; line ends at its end do not count. Read anew for each
    /// connection, so it may be rotated.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The only way to log in: <c>SCRAM-SHA-256</c>, <c>PLAIN</c> or <c>LOGIN</c>. Null (default): the first of these that the relay
    /// offers.</summary>
    public string? AuthMechanism { get; set; }

    /// <summary>True: log in even where the connection is not encrypted, or to a server that nobody checked. Default false.</summary>
    public bool AllowPlainTextAuth { get; set; }

    /// <summary>File of routes: several relays, or direct to the recipients' mail exchangers, chosen by tenant, sender and tag. Read again when
    /// it changes. Null (default): all mail goes to <see cref="Host"/>.</summary>
    public string? RoutesFile { get; set; }

    /// <summary>File of shaping rules: how each mailbox provider wants to be sent to on direct routes. Read again when it changes. Null
    /// (default): the rules that ship.</summary>
    public string? ShapingFile { get; set; }

    /// <summary>How often <see cref="RoutesFile"/> and <see cref="ShapingFile"/> are looked at for changes. Default 5 s; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Smtp:RoutesPollInterval must be a time from 00:00:01 to 01:00:00.")]
    public TimeSpan RoutesPollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long each step may take.</summary>
    public SmtpTimeouts Timeouts { get; set; } = new();
}
