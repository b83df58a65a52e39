using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Smtp.Mime;

/// <summary>Writes one message after the other into buffers of its own. Owned by one thread.</summary>
internal sealed class MessageWriter
{
    private readonly MessageBuffer _message = new();
    private readonly PartWriter _part = new();
    private readonly MessageHeader _header;
    private readonly DkimSigner _signer = new();

    public MessageWriter() => _header = new MessageHeader(_message);

    /// <param name="from">The From address, proven safe.</param>
    /// <param name="key">Null: unsigned.</param>
    public byte[] Write(EmailDraft draft, string from, DkimKey? key)
    {
        _message.Clear();
        _header.Write(draft, from, signed: key is not null);
        if (draft is { Html: { } html, Text: { } text })
        {
            Span<byte> boundary = stackalloc byte[Boundary.Length];
            Boundary.Write(draft.MessageId, boundary);
            _message.Write("Content-Type: multipart/alternative;\r\n boundary=\""u8);
            _message.Write(boundary);
            _message.Write("\"\r\n\r\n--"u8);
            _message.Write(boundary);
            _message.Write("\r\n"u8);
            _part.Write("Content-Type: text/plain; charset=utf-8\r\n"u8, text, draft.Values, _message);
            _message.Write("\r\n--"u8);
            _message.Write(boundary);
            _message.Write("\r\n"u8);
            _part.Write("Content-Type: text/html; charset=utf-8\r\n"u8, html, draft.Values, _message);
            _message.Write("\r\n--"u8);
            _message.Write(boundary);
            _message.Write("--\r\n"u8);
        }
        else if (draft.Html is { } only)
        {
            _part.Write("Content-Type: text/html; charset=utf-8\r\n"u8, only, draft.Values, _message);
        }
        else
        {
            var plain = draft.Text ?? throw new ArgumentException("The message has no body.", nameof(draft));
            _part.Write("Content-Type: text/plain; charset=utf-8\r\n"u8, plain, draft.Values, _message);
        }

        return key is null ? _message.Written.ToArray() : _signer.Sign(_message.Written, key, draft.Date);
    }
}
