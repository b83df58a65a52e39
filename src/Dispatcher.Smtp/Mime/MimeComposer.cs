using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Smtp.Mime;

/// <summary>
/// Writes messages by RFC 5322 and MIME (RFC 2045 to 2047): two bodies as multipart/alternative, one as a single part; signed by DKIM
/// (RFC 6376) when there is a key for the sender.
/// </summary>
/// <remarks>
/// Safe for concurrent calls. The same draft and key give the same bytes. Content is 7-bit unless an address needs UTF-8 (RFC 6532). Hostile
/// text stays text: names and subject are encoded, an unusable Reply-To or link is left out, an unusable To is written as "undisclosed"
/// (the transport refuses that recipient anyway). What is returned is an array of its own that nobody writes to again: it needs no owner and
/// no return, and costs one allocation.
/// </remarks>
public sealed class MimeComposer : IMessageComposer
{
    // Compose never awaits, so what it works with belongs to the thread.
    [ThreadStatic]
    private static MessageWriter? Writer;

    private readonly DkimKeyRing? _keys;

    /// <summary>Messages stay unsigned.</summary>
    public MimeComposer()
    {
    }

    /// <param name="keys">Asked for each message.</param>
    public MimeComposer(DkimKeyRing keys) => _keys = keys;

    /// <exception cref="ArgumentException">FromEmail is no address: sending under an invented one would be worse than not sending.</exception>
    public ReadOnlyMemory<byte> Compose(EmailDraft message)
    {
        var from = HeaderAddress.Of(message.FromEmail)
            ?? throw new ArgumentException("FromEmail is not an address that can stand in a header field.", nameof(message));
        return (Writer ??= new MessageWriter()).Write(message, from, _keys?.Find(from, message.DkimDomain));
    }
}
