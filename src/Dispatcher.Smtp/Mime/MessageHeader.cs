using System.Buffers.Text;
using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Mime;

/// <summary>Writes the header of a message but for the fields of its body (RFC 5322, RFC 3834, RFC 2369, RFC 8058). Owned by one thread.</summary>
/// <remarks>
/// Not written is <c>Precedence</c>: RFC 2076 discourages it, and <c>Auto-Submitted</c> with <c>List-Unsubscribe</c> keeps automatic replies
/// away. No parameter holds free text, so nothing needs RFC 2231.
/// </remarks>
internal sealed class MessageHeader(MessageBuffer output)
{
    private const int LongestId = 200;

    private readonly HeaderWriter _header = new(output);
    private readonly MessageBuffer _subject = new();

    /// <param name="from">Proven safe.</param>
    /// <param name="signed">Whether the fields will stand under a signature, without which RFC 8058 allows no one-click.</param>
    public void Write(EmailDraft message, string from, bool signed)
    {
        WriteDate(message.Date);
        _header.Mailbox("From"u8, message.FromName, from);
        if (HeaderAddress.Of(message.ToEmail) is { } to)
        {
            _header.Mailbox("To"u8, message.ToName, to);
        }
        else
        {
            _header.Field("To"u8, "undisclosed-recipients:;"u8);
        }

        if (HeaderAddress.Of(message.ReplyTo) is { } replyTo)
        {
            _header.Mailbox("Reply-To"u8, null, replyTo);
        }

        WriteSubject(message);
        _header.Identifier("Message-ID"u8, message.MessageId, LongestId, inBrackets: true);
        if (HeaderAddress.Link(message.UnsubscribeUrl) is { } link)
        {
            _header.Field("List-Unsubscribe"u8, link, "<", ">");
            if (signed && link.StartsWith("https:", StringComparison.Ordinal))
            {
                _header.Field("List-Unsubscribe-Post"u8, "List-Unsubscribe=One-Click"u8);
            }
        }

        if (message.FeedbackId is { Length: > 0 } feedback)
        {
            _header.Identifier("Feedback-ID"u8, feedback, LongestId);
        }

        output.Write("Auto-Submitted: auto-generated\r\n"u8);
        _header.Identifier("X-Invitation-Id"u8, message.InvitationId, LongestId);
        if (message.Language is { Length: > 0 } language)
        {
            _header.Identifier("Content-Language"u8, language, LongestId);
        }

        output.Write("MIME-Version: 1.0\r\n"u8);
    }

    // RFC 5322 3.3. The "R" format ends in GMT, which is the obsolete way to write the zone.
    private void WriteDate(DateTimeOffset date)
    {
        output.Write("Date: "u8);
        Utf8Formatter.TryFormat(date.UtcDateTime, output.GetSpan(32), out var written, 'R');
        output.Advance(written - "GMT".Length);
        output.Write("+0000\r\n"u8);
    }

    private void WriteSubject(EmailDraft message)
    {
        _subject.Clear();
        for (var index = 0; index <= message.Subject.ValueCount; index++)
        {
            _subject.Write(message.Subject.Literal(index).Span);
            if (index < message.Subject.ValueCount)
            {
                message.Subject.WriteValue(index, message.Values, _subject);
            }
        }

        _header.Text("Subject"u8, _subject.Written);
    }
}
