using System.Buffers.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>Encoded words of RFC 2047, in UTF-8 and the B encoding, which is safe in any header field.</summary>
internal static class EncodedWord
{
    // RFC 2047 2: at most 75 characters.
    private const int Longest = 75;

    /// <summary>Room that is needed for one character of any kind: four bytes are eight characters of base64.</summary>
    public static int Shortest => Prefix.Length + Suffix.Length + 8;

    private static ReadOnlySpan<byte> Prefix => "=?utf-8?B?"u8;

    private static ReadOnlySpan<byte> Suffix => "?="u8;

    /// <summary>Writes as much of the text as fits into <paramref name="room"/> columns, whole characters only, and takes it off.</summary>
    /// <returns>Columns written.</returns>
    public static int Take(ref ReadOnlySpan<byte> text, int room, MessageBuffer output)
    {
        var most = (Math.Min(room, Longest) - Prefix.Length - Suffix.Length) / 4 * 3;
        var length = Math.Min(most, text.Length);
        while (length < text.Length && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        output.Write(Prefix);
        Base64.EncodeToUtf8(text[..length], output.GetSpan(Longest), out _, out var written);
        output.Advance(written);
        output.Write(Suffix);
        text = text[length..];
        return Prefix.Length + written + Suffix.Length;
    }
}
