using System.Buffers;
using System.Globalization;
using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Mime;

/// <summary>Writes messages by RFC 5322 and MIME (RFC 2045 to 2047): two bodies as multipart/alternative, one as a single part.</summary>
/// <remarks>
/// Safe for concurrent calls. The same draft gives the same bytes. Content is 7-bit unless an address needs UTF-8 (RFC 6532). Hostile
/// text stays text: names and subject are encoded, an unusable Reply-To or link is left out, an unusable To is written as "undisclosed"
/// (the transport refuses that recipient anyway).
/// </remarks>
public sealed class MimeComposer : IMessageComposer
{
    private const int LongestUrl = 900;
    private const int LongestId = 200;

    /// <exception cref="ArgumentException">FromEmail is no address: sending under an invented one would be worse than not sending.</exception>
    public ReadOnlyMemory<byte> Compose(EmailDraft message)
    {
        var rendered = message.Rendered;
        var output = new ArrayBufferWriter<byte>(2048 + (rendered.Html?.Length ?? 0) + (rendered.Text?.Length ?? 0));
        WriteHeader(message, new HeaderWriter(output));
        if (rendered is { Html: { } html, Text: { } text })
        {
            WriteAlternatives(new MimeText(text), new MimeText(html), Boundary.For(message.MessageId), output);
        }
        else
        {
            WritePart(rendered.Html is null ? "plain" : "html", new MimeText(rendered.Html ?? rendered.Text ?? ""), output);
        }

        return output.WrittenMemory;
    }

    private static void WriteHeader(EmailDraft message, HeaderWriter header)
    {
        if (!MailboxAddress.TryParse(message.FromEmail, out var from))
        {
            throw new ArgumentException("FromEmail is not an address that can stand in a header field.", nameof(message));
        }

        header.Field("Date", message.Date.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        header.Mailbox("From", message.FromName, from.ToString());
        if (MailboxAddress.TryParse(message.ToEmail, out var to))
        {
            header.Mailbox("To", message.ToName, to.ToString());
        }
        else
        {
            header.Field("To", "undisclosed-recipients:;");
        }

        if (MailboxAddress.TryParse(message.ReplyTo, out var replyTo))
        {
            header.Mailbox("Reply-To", null, replyTo.ToString());
        }

        header.Text("Subject", message.Rendered.Subject);
        header.Field("Message-ID", $"<{HeaderText.Identifier(message.MessageId, LongestId)}>");
        if (Link(message.UnsubscribeUrl) is { } link)
        {
            header.Field("List-Unsubscribe", $"<{link}>");
        }

        header.Field("Auto-Submitted", "auto-generated");
        header.Field("X-Invitation-Id", HeaderText.Identifier(message.InvitationId, LongestId));
        header.Field("MIME-Version", "1.0");
    }

    private static void WriteAlternatives(MimeText text, MimeText html, string boundary, ArrayBufferWriter<byte> output)
    {
        WriteAscii($"Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n", output);
        WritePart("plain", text, output);
        WriteAscii($"\r\n--{boundary}\r\n", output);
        WritePart("html", html, output);
        WriteAscii($"\r\n--{boundary}--\r\n", output);
    }

    private static void WritePart(string subtype, MimeText body, ArrayBufferWriter<byte> output)
    {
        WriteAscii($"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {body.TransferEncoding}\r\n\r\n", output);
        body.Write(output);
    }

    private static string? Link(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && parsed.Scheme is "https" or "http"
        && parsed.AbsoluteUri is { Length: <= LongestUrl } safe
        && !safe.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !safe.AsSpan().ContainsAny('<', '>')
            ? safe
            : null;

    private static void WriteAscii(string text, ArrayBufferWriter<byte> output) => Encoding.ASCII.GetBytes(text, output);
}
