using System.Buffers.Text;
using System.Globalization;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Auth;

/// <summary>AUTH (RFC 4954). Whatever goes wrong here is the operator's or the relay's concern, never a recipient's.</summary>
internal sealed class SmtpLogin(CredentialSource source, string? forcedMechanism, TimeSpan allowed)
{
    // RFC 4954 4: an AUTH command with its initial response keeps to the 512 octets of any command, CRLF included.
    private const int LongestCommand = 510;
    private const int MostSteps = 6;

    /// <summary>The reply parser cuts lines at a thousand octets: what is as long as that may not be whole.</summary>
    private const int LongestChallenge = 990;

    /// <summary>Null: logged in. Else the wire is of no more use.</summary>
    public async ValueTask<DeliveryOutcome?> RunAsync(SmtpWire wire, IReadOnlyCollection<string> offered)
    {
        if (offered.Count == 0)
        {
            return Outcomes.Unreachable("the server offers no login (AUTH) on this connection, and Smtp:User is set");
        }

        if (MechanismChoice.Pick(offered, forcedMechanism) is not { } name)
        {
            return Outcomes.Unreachable($"no common way to log in: the server offers {string.Join(' ', offered)}, wanted is "
                + (forcedMechanism ?? string.Join(", ", MechanismChoice.Known)));
        }

        var (credentials, problem) = source.Read();
        ISaslMechanism? mechanism = null;
        if (credentials is not null)
        {
            (mechanism, problem) = MechanismChoice.Create(name, credentials);
        }

        if (mechanism is null)
        {
            return Outcomes.Unreachable($"cannot log in: {problem}");
        }

        var mask = new EchoMask();
        mask.Add(credentials!.User);
        mask.Add(credentials.Password);
        return await ExchangeAsync(wire, mechanism, mask);
    }

    private async ValueTask<DeliveryOutcome?> ExchangeAsync(SmtpWire wire, ISaslMechanism mechanism, EchoMask mask)
    {
        var unsaid = mechanism.InitialResponse;
        var command = $"AUTH {mechanism.Name}";
        if (unsaid is not null && $"{command} {Encode(unsaid, mask, initial: true)}" is { Length: <= LongestCommand } whole)
        {
            (command, unsaid) = (whole, null);
        }

        var read = await wire.ExchangeAsync(command, allowed);
        for (var step = 0; read.Reply is { Code: 334 } challenge; step++)
        {
            // A first response that was too long for the command goes with the first, empty challenge.
            var next = step >= MostSteps ? SaslStep.Fail("the server asks without end")
                : Decode(challenge) is not { } bytes ? SaslStep.Fail("the server's challenge is malformed")
                : unsaid is null ? mechanism.Next(bytes)
                : SaslStep.Answer(unsaid);
            unsaid = null;
            if (next.Response is not { } response)
            {
                await wire.ExchangeAsync("*", allowed); // RFC 4954 4: cancels, answered by 501
                return Outcomes.Unreachable($"login by {mechanism.Name} given up: {next.Problem}");
            }

            read = await wire.ExchangeAsync(Encode(response, mask, initial: false), allowed);
        }

        return read.Reply switch
        {
            null => Outcomes.LostAtStart("at AUTH", read.Fault),
            { Code: 235 } when mechanism.IsComplete => null,
            { IsPositive: true } => Outcomes.Unreachable($"login by {mechanism.Name}: the server says yes before it has proven that it knows the password"),
            { } refusal => Refused(mechanism, refusal, mask),
        };
    }

    private static DeliveryOutcome Refused(ISaslMechanism mechanism, SmtpReply reply, EchoMask mask)
    {
        var said = string.Join(' ', new[] { reply.Code.ToString(CultureInfo.InvariantCulture), reply.EnhancedCode, mask.Apply(reply.Text) }
            .Where(part => !string.IsNullOrEmpty(part)));
        return Outcomes.Unreachable($"login by {mechanism.Name} refused: {said}") with
        {
            Scope = reply.Code == 421 ? OutcomeScope.Connection : OutcomeScope.Endpoint,
            ReplyCode = reply.Code,
            EnhancedCode = reply.EnhancedCode,
        };
    }

    /// <summary>Null: it is no base64 on one line.</summary>
    private static byte[]? Decode(SmtpReply challenge)
    {
        var text = challenge.Lines[0].Trim();
        return challenge.Lines.Count == 1 && text.Length <= LongestChallenge && Base64.IsValid(text) ? Convert.FromBase64String(text) : null;
    }

    /// <summary>An empty initial response is "=", so that it differs from none; an empty later one is an empty line.</summary>
    private static string Encode(byte[] response, EchoMask mask, bool initial)
    {
        var text = Convert.ToBase64String(response);
        mask.Add(text);
        return text.Length == 0 && initial ? "=" : text;
    }
}
