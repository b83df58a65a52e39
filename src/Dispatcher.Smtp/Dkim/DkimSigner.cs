using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dispatcher.Smtp.Mime;

namespace Dispatcher.Smtp.Dkim;

/// <summary>Signs messages of ours by RFC 6376: rsa-sha256, relaxed/relaxed. Owned by one thread.</summary>
internal sealed class DkimSigner
{
    private const int Width = 76;

    /// <summary>
    /// What is signed. Each is named once more than it stands in the message, so that a field of that name that somebody adds breaks the
    /// signature (RFC 6376 8.15); that is why Cc is here, which we never write.
    /// </summary>
    private static readonly string[] Sealed =
    [
        "From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    ];

    /// <summary>Signed where it stands; a relay may add one of its own.</summary>
    private static readonly string[] Plain = ["Feedback-ID", "Auto-Submitted", "X-Invitation-Id", "Content-Language"];

    private readonly MessageBuffer _canonical = new();
    private readonly MessageBuffer _field = new();

    /// <param name="message">As it will be sent, with CRLF line ends; each header field stands in it once.</param>
    /// <param name="time">t=, in whole seconds.</param>
    /// <returns>The message with its signature in front.</returns>
    public byte[] Sign(ReadOnlySpan<byte> message, DkimKey key, DateTimeOffset time)
    {
        var end = message.IndexOf("\r\n\r\n"u8);
        var header = message[..(end + 2)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> hash64 = stackalloc byte[64];

        // 1. The body's hash.
        _canonical.Clear();
        Relaxed.Body(message[(end + 4)..], _canonical);
        SHA256.HashData(_canonical.Written, hash);
        Base64.EncodeToUtf8(hash, hash64, out _, out var hashLength);

        // 2. The fields, and the signature's own field as it stands without a signature.
        _canonical.Clear();
        _field.Clear();
        WriteStart(key, time);
        WriteFields(header);
        Append(";\r\n bh="u8);
        Append(hash64[..hashLength]);
        Append(";\r\n b="u8);
        Relaxed.Header(_field.Written, _canonical);
        SHA256.HashData(_canonical.Written, hash);

        // 3. The signature.
        WriteSignature(key, hash);
        Append("\r\n"u8);
        var signed = GC.AllocateUninitializedArray<byte>(_field.Length + message.Length);
        _field.Written.CopyTo(signed);
        message.CopyTo(signed.AsSpan(_field.Length));
        return signed;
    }

    private void WriteStart(DkimKey key, DateTimeOffset time)
    {
        Append("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d="u8);
        Encoding.ASCII.GetBytes(key.Domain, _field);
        Append(";\r\n s="u8);
        Encoding.ASCII.GetBytes(key.Selector, _field);
        Append("; t="u8);
        Utf8Formatter.TryFormat(time.ToUnixTimeSeconds(), _field.GetSpan(20), out var written);
        _field.Advance(written);
        Append(";\r\n h="u8);
    }

    private void WriteFields(ReadOnlySpan<byte> header)
    {
        var column = " h=".Length;
        foreach (var name in Sealed)
        {
            if (Canonicalize(header, name))
            {
                WriteName(name, ref column);
            }

            WriteName(name, ref column);
        }

        foreach (var name in Plain)
        {
            if (Canonicalize(header, name))
            {
                WriteName(name, ref column);
            }
        }
    }

    private void WriteName(string name, ref int column)
    {
        if (column > " h=".Length)
        {
            Append(":"u8);
            column++;
        }

        if (column + name.Length + 1 > Width)
        {
            Append("\r\n "u8);
            column = 1;
        }

        Encoding.ASCII.GetBytes(name, _field);
        column += name.Length;
    }

    /// <returns>False: there is no such field.</returns>
    private bool Canonicalize(ReadOnlySpan<byte> header, string name)
    {
        while (!header.IsEmpty)
        {
            var length = FieldLength(header);
            if (header.Length > name.Length && header[name.Length] == ':' && Ascii.EqualsIgnoreCase(header[..name.Length], name))
            {
                Relaxed.Header(header[..(length - 2)], _canonical);
                _canonical.Write("\r\n"u8);
                return true;
            }

            header = header[length..];
        }

        return false;
    }

    // Up to and with the first CRLF that no blank follows.
    private static int FieldLength(ReadOnlySpan<byte> header)
    {
        var length = 0;
        do
        {
            length += header[length..].IndexOf("\r\n"u8) + 2;
        }
        while (length < header.Length && header[length] is (byte)' ' or (byte)'\t');
        return length;
    }

    private void WriteSignature(DkimKey key, ReadOnlySpan<byte> hash)
    {
        Span<byte> signature = stackalloc byte[DkimKeyFile.MostBits / 8];
        Span<byte> text = stackalloc byte[((DkimKeyFile.MostBits / 8) + 2) / 3 * 4];
        Base64.EncodeToUtf8(signature[..key.Sign(hash, signature)], text, out _, out var length);
        ReadOnlySpan<byte> rest = text[..length];
        for (var room = Width - " b=".Length; ; room = Width - 1)
        {
            var piece = Math.Min(room, rest.Length);
            Append(rest[..piece]);
            rest = rest[piece..];
            if (rest.IsEmpty)
            {
                return;
            }

            Append("\r\n "u8);
        }
    }

    private void Append(ReadOnlySpan<byte> text) => _field.Write(text);
}
