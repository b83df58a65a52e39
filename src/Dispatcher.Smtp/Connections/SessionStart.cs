using System.Net;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Auth;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Tls;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>Brings a connected wire to where MAIL may be said: greeting, EHLO with HELO as the fall-back, TLS, login.</summary>
/// <remarks>Every failure is about the endpoint: no message is looked at here. Safe for concurrent calls on different wires.</remarks>
internal sealed class SessionStart
{
    private readonly SmtpTimeouts _timeouts;
    private readonly string _ehloName;
    private readonly SmtpTls _mode;
    private readonly bool _mayLoginInPlainText;
    private readonly TlsClient _tls;
    private readonly SmtpLogin? _login;

    public SessionStart(SmtpOptions options)
    {
        _timeouts = options.Timeouts;
        _ehloName = options.EhloName ?? OwnName();
        _mode = TlsPlan.ModeOf(options);
        _mayLoginInPlainText = options.AllowPlainTextAuth;
        _tls = new TlsClient(options);
        _login = options is { User: { Length: > 0 } user, PasswordFile: { } file }
            ? new SmtpLogin(new CredentialSource(user, file), options.AuthMechanism, options.Timeouts.Command)
            : null;
    }

    /// <summary>What the server can do, or why nothing may be sent to it. The wire is of no more use then.</summary>
    public async ValueTask<StartedSession> RunAsync(SmtpWire wire, SessionNames names = default)
    {
        // 1. TLS before a word is said.
        var encrypted = _mode == SmtpTls.Implicit;
        if (encrypted && await HandshakeAsync(wire, names) is { } noTls)
        {
            return StartedSession.Failed(SessionStep.Tls, noTls);
        }

        // 2. Greeting and EHLO.
        var greeting = await wire.ReadReplyAsync(_timeouts.Greeting);
        if (!greeting.IsPositive)
        {
            return StartedSession.Failed(SessionStep.Hello, Refusal(SmtpStage.Greeting, greeting));
        }

        var (capabilities, refused) = await HelloAsync(wire, names);
        if (refused is { } noHello)
        {
            return StartedSession.Failed(SessionStep.Hello, noHello);
        }

        // 3. STARTTLS. What was announced in plain text is forgotten (RFC 3207 4.2): anyone could have written it.
        if (_mode == SmtpTls.Required || (_mode == SmtpTls.Opportunistic && capabilities.StartTls && !names.PlainText))
        {
            (encrypted, refused) = await StartTlsAsync(wire, capabilities, names);
            if (refused is { } noStartTls)
            {
                return StartedSession.Failed(SessionStep.Tls, noStartTls);
            }

            if (encrypted)
            {
                (capabilities, refused) = await HelloAsync(wire, names);
            }

            if (refused is { } noHelloAgain)
            {
                return StartedSession.Failed(SessionStep.Hello, noHelloAgain);
            }
        }

        // 4. Login.
        if (_login is null)
        {
            return StartedSession.Ready(capabilities);
        }

        var denied = !encrypted && !_mayLoginInPlainText
            ? Outcomes.Unreachable("the server offers no STARTTLS, and the password is not sent in plain text; see Smtp:AllowPlainTextAuth")
            : await _login.RunAsync(wire, capabilities.Auth);
        return denied is { } noLogin ? StartedSession.Failed(SessionStep.Login, noLogin) : StartedSession.Ready(capabilities);
    }

    private async ValueTask<(ServerCapabilities Capabilities, DeliveryOutcome? Refused)> HelloAsync(SmtpWire wire, SessionNames names)
    {
        var name = names.Ehlo ?? _ehloName;
        var ehlo = await wire.ExchangeAsync($"EHLO {name}", _timeouts.Command);
        if (ehlo.Reply is { IsPositive: true } announced)
        {
            return (ServerCapabilities.Parse(announced), null);
        }

        if (ehlo.Reply is not { Code: >= 500 })
        {
            return (default, Refusal(SmtpStage.Hello, ehlo));
        }

        // RFC 5321 3.2: a server that does not know EHLO says 5xx, and the session goes on with HELO.
        var helo = await wire.ExchangeAsync($"HELO {name}", _timeouts.Command);
        return (default, helo.IsPositive ? null : Refusal(SmtpStage.Hello, helo));
    }

    /// <summary>False without a refusal: the session goes on in plain text, which only <see cref="SmtpTls.Opportunistic"/> allows.</summary>
    private async ValueTask<(bool Encrypted, DeliveryOutcome? Refused)> StartTlsAsync(
        SmtpWire wire, ServerCapabilities capabilities, SessionNames names)
    {
        if (!capabilities.StartTls)
        {
            return (false, Outcomes.Unreachable("the server offers no STARTTLS, which the setting Tls requires: nothing was sent"));
        }

        var ready = await wire.ExchangeAsync("STARTTLS", _timeouts.Command);
        if (ready.Reply is { Code: 220 })
        {
            var refused = await HandshakeAsync(wire, names);
            return (refused is null, refused);
        }

        if (_mode == SmtpTls.Opportunistic && ready.Reply is { Code: >= 400 and not 421 })
        {
            return (false, null);
        }

        return (false, ready.Reply is { } reply
            ? Outcomes.Unreachable($"STARTTLS refused: {ReplyText.Of(reply)}") with { ReplyCode = reply.Code, EnhancedCode = reply.EnhancedCode }
            : Outcomes.LostAtStart("at STARTTLS", ready.Fault));
    }

    private async ValueTask<DeliveryOutcome?> HandshakeAsync(SmtpWire wire, SessionNames names)
    {
        var (problem, fault) = await wire.UpgradeAsync(_tls, names.Tls, _timeouts.TlsHandshake);
        return fault switch
        {
            WireFault.None => problem is null ? null : Outcomes.Unreachable(problem),
            WireFault.Malformed => Outcomes.Unreachable("the server spoke in plain text behind its reply to STARTTLS: someone may be changing what is sent"),
            _ => Outcomes.LostAtStart("in the TLS handshake", fault),
        };
    }

    private static DeliveryOutcome Refusal(SmtpStage stage, WireRead read) =>
        read.Reply is { } reply ? ReplyTable.Map(stage, reply) : Outcomes.LostBeforeDot(stage, read.Fault);

    /// <summary>What we say in EHLO without a setting.</summary>
    public static string OwnName()
    {
        var name = Dns.GetHostName();
        return MailboxAddress.IsDomain(name) ? name : "[127.0.0.1]";
    }
}
