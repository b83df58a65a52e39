using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>Encoded words of RFC 2047, in UTF-8 and the B encoding, which is safe in any header field.</summary>
internal static class EncodedWord
{
    private const string Prefix = "=?utf-8?B?";
    private const string Suffix = "?=";

    // RFC 2047 2: at most 75 characters.
    private const int Longest = 75;

    /// <summary>Room that is needed for one character of any kind: four bytes are eight characters of base64.</summary>
    public static int Shortest => Prefix.Length + Suffix.Length + 8;

    /// <summary>Encodes as much of the text as fits into <paramref name="room"/> columns, whole characters only, and takes it off.</summary>
    public static string Take(ref string text, int room)
    {
        var mostBytes = (Math.Min(room, Longest) - Prefix.Length - Suffix.Length) / 4 * 3;
        var bytes = 0;
        var chars = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > mostBytes)
            {
                break;
            }

            bytes += rune.Utf8SequenceLength;
            chars += rune.Utf16SequenceLength;
        }

        var word = Prefix + Convert.ToBase64String(Encoding.UTF8.GetBytes(text[..chars])) + Suffix;
        text = text[chars..];
        return word;
    }
}
