using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Smtp.Wire;

/// <summary>A message with its addresses proven safe for the wire, and what it demands of a server.</summary>
/// <param name="From">Reverse-path without brackets; empty: the null sender.</param>
/// <param name="To">Forward-path without brackets.</param>
/// <param name="Content">As <see cref="OutgoingEmail.Content"/>.</param>
/// <param name="EightBit">There are bytes over 127 in the content (RFC 6152).</param>
/// <param name="SenderNeedsUtf8">The reverse-path needs SMTPUTF8 (RFC 6531).</param>
/// <param name="NeedsUtf8">An address or a header field needs SMTPUTF8.</param>
internal sealed record Envelope(
    string From, string To, ReadOnlyMemory<byte> Content, bool EightBit, bool SenderNeedsUtf8, bool NeedsUtf8)
{
    /// <summary>Null when an address must not reach the wire; <paramref name="refusal"/> then says so.</summary>
    public static Envelope? Create(OutgoingEmail message, out DeliveryOutcome refusal)
    {
        refusal = default;
        var from = default(MailboxAddress);
        if (message.EnvelopeFrom.Length > 0 && !MailboxAddress.TryParse(message.EnvelopeFrom, out from))
        {
            refusal = Outcomes.Refused(Status.InvalidSenderAddress, "the envelope sender is not an address that can be sent from");
            return null;
        }

        if (!MailboxAddress.TryParse(message.EnvelopeTo, out var to))
        {
            refusal = Outcomes.Refused(Status.InvalidRecipient, "the recipient is not an address that can be sent to");
            return null;
        }

        var sender = message.EnvelopeFrom.Length == 0 ? "" : from.ToString();
        var senderNeedsUtf8 = sender.Length > 0 && from.NeedsUtf8;
        var content = message.Content.Span;
        var eightBit = !Ascii.IsValid(content);
        var needsUtf8 = senderNeedsUtf8 || to.NeedsUtf8 || (eightBit && !Ascii.IsValid(HeaderOf(content)));
        return new Envelope(sender, to.ToString(), message.Content, eightBit, senderNeedsUtf8, needsUtf8);
    }

    private static ReadOnlySpan<byte> HeaderOf(ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf("\r\n\r\n"u8);
        return end < 0 ? content : content[..end];
    }
}
