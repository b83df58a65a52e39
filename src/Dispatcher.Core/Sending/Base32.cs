namespace Dispatcher.Core.Sending;

/// <summary>Base32 of RFC 4648 section 6, without padding: written in lower case, read in either.</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[((bytes.Length * 8) + 4) / 5];
        var (buffer, bits, at) = (0u, 0, 0);
        foreach (var octet in bytes)
        {
            buffer = (buffer << 8) | octet;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text[at++] = Alphabet[(int)(buffer >> (bits - 5)) & 31];
            }
        }

        if (bits > 0)
        {
            text[at] = Alphabet[(int)(buffer << (5 - bits)) & 31];
        }

        return new string(text);
    }

    /// <summary>False: other characters, another length, or bits in the last character that stand for nothing.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != ((bytes.Length * 8) + 4) / 5)
        {
            return false;
        }

        var (buffer, bits, at) = (0u, 0, 0);
        foreach (var character in text)
        {
            var value = char.IsAscii(character) ? Alphabet.IndexOf(char.ToLowerInvariant(character)) : -1;
            if (value < 0)
            {
                return false;
            }

            buffer = (buffer << 5) | (uint)value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[at++] = (byte)(buffer >> bits);
            }
        }

        return (buffer & ((1u << bits) - 1)) == 0;
    }
}
