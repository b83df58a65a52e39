using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Smtp.Wire;

/// <summary>A message with its addresses proven safe for the wire, and what it demands of a server.</summary>
/// <param name="From">Reverse-path without brackets; empty: the null sender.</param>
/// <param name="To">Forward-path without brackets.</param>
/// <param name="Content">As <see cref="OutgoingEmail.Content"/>.</param>
/// <param name="Id">For ENVID (RFC 3461 4.4): the message's identifier.</param>
/// <param name="EightBit">There are bytes over 127 in the content (RFC 6152).</param>
/// <param name="RecipientNeedsUtf8">The forward-path needs SMTPUTF8 (RFC 6531).</param>
/// <param name="NeedsUtf8">That, the reverse-path or a header field needs it.</param>
internal readonly record struct Envelope(
    string From, string To, ReadOnlyMemory<byte> Content, string Id, bool EightBit, bool RecipientNeedsUtf8, bool NeedsUtf8)
{
    /// <summary>False when an address must not reach the wire; <paramref name="refusal"/> then says so.</summary>
    public static bool TryCreate(OutgoingEmail message, out Envelope envelope, out DeliveryOutcome refusal)
    {
        envelope = default;
        refusal = default;
        var (from, senderNeedsUtf8) = ("", false);
        if (message.EnvelopeFrom.Length > 0 && !MailboxAddress.TryNormalize(message.EnvelopeFrom, out from, out senderNeedsUtf8))
        {
            refusal = Outcomes.Refused(Status.InvalidSenderAddress, "the envelope sender is not an address that can be sent from");
            return false;
        }

        if (!MailboxAddress.TryNormalize(message.EnvelopeTo, out var to, out var recipientNeedsUtf8))
        {
            refusal = Outcomes.Refused(Status.InvalidRecipient, "the recipient is not an address that can be sent to");
            return false;
        }

        var content = message.Content.Span;
        var eightBit = !Ascii.IsValid(content);
        var needsUtf8 = senderNeedsUtf8 || recipientNeedsUtf8 || (eightBit && !Ascii.IsValid(HeaderOf(content)));
        envelope = new Envelope(from, to, message.Content, message.MessageId, eightBit, recipientNeedsUtf8, needsUtf8);
        return true;
    }

    private static ReadOnlySpan<byte> HeaderOf(ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf("\r\n\r\n"u8);
        return end < 0 ? content : content[..end];
    }
}
