using System.Globalization;
using System.Text;

namespace Dispatcher.Core.Replies;

/// <summary>
/// Brings replies and the table's phrases to one form in which they can be compared: letters a to z and digits, words separated by one
/// space, a space at either end. Case, accents and punctuation are gone, and so are addresses, codes and words without a letter: what
/// differs from reply to reply. A letter of another script is written as its number in hexadecimal behind <see cref="Other"/>, so that few
/// symbols do for all scripts; ideographs, kana and Hangul syllables are words each, since their texts have no spaces where words begin. Pure.
/// </summary>
internal static class ReplyWords
{
    /// <summary>How much of a text is looked at.</summary>
    public const int MaxLength = 2048;

    /// <summary>Number of different symbols.</summary>
    public const int Symbols = 38;

    /// <summary>Stands before a letter's number, or for a Latin letter without a plain form.</summary>
    public const byte Other = 0;
    public const byte Space = 1;

    /// <summary>From here on each letter is a word: radicals, kana, ideographs, Hangul, and the wide forms.</summary>
    private const char FirstIdeograph = '\u2e80';

    /// <summary>The sign, four digits, and the space behind.</summary>
    private const int MostOfALetter = 6;

    private const string Alphabet = "\0 abcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly byte[] Folded = MakeFolded();
    private static readonly byte[] Digits = [.. "0123456789abcdef".Select(SymbolOf)];

    /// <summary>Symbols that a text can come to.</summary>
    public static int RoomFor(ReadOnlySpan<char> text) => (MostOfALetter * Math.Min(text.Length, MaxLength)) + 2;

    /// <param name="text">Only the first <see cref="MaxLength"/> characters are read.</param>
    /// <param name="symbols">Of <see cref="RoomFor"/> at least.</param>
    /// <returns>How many symbols were written.</returns>
    public static int Write(ReadOnlySpan<char> text, Span<byte> symbols)
    {
        text = text[..Math.Min(text.Length, MaxLength)];
        var written = 0;
        symbols[written++] = Space;
        for (var at = 0; at < text.Length;)
        {
            if (IsBlank(text[at]))
            {
                at++;
                continue;
            }

            var length = 1;
            while (!IsIdeograph(text[at]) && at + length < text.Length && !IsBlank(text[at + length]) && !IsIdeograph(text[at + length]))
            {
                length++;
            }

            WriteToken(text.Slice(at, length), symbols, ref written);
            at += length;
        }

        return written;
    }

    /// <summary>The form as text, for the table's own phrases.</summary>
    public static string Normalise(string text)
    {
        Span<byte> symbols = new byte[RoomFor(text)];
        var words = new StringBuilder();
        foreach (var symbol in symbols[..Write(text, symbols)])
        {
            words.Append(Alphabet[symbol]);
        }

        return words.ToString();
    }

    public static byte SymbolOf(char letter) => (byte)Alphabet.IndexOf(letter, StringComparison.Ordinal);

    private static void WriteToken(ReadOnlySpan<char> token, Span<byte> symbols, ref int written)
    {
        // A continued line repeats its code: 550-5.1.1, or 550-The.
        if (token.Length >= 4 && token[0] is '2' or '4' or '5' && token.Length >= 4 && char.IsAsciiDigit(token[1]) && char.IsAsciiDigit(token[2]) && token[3] == '-')
        {
            token = token[4..];
        }

        // Addresses hold any word. (A link may hold one too, after what tells.)
        var at = token.IndexOf('@');
        if (at >= 0 && token.IndexOf("://", StringComparison.Ordinal) < 0)
        {
            return;
        }

        if (!HasLetter(token))
        {
            return;
        }

        foreach (var letter in token)
        {
            var symbol = letter < Folded.Length ? Folded[letter] : Fold(letter);
            if (symbol == Other && letter >= Folded.Length)
            {
                WriteNumber(char.ToLowerInvariant(letter), symbols, ref written);
                continue;
            }

            if (symbol == byte.MaxValue || (symbol == Space && symbols[written - 1] == Space))
            {
                continue;
            }

            symbols[written++] = symbol;
        }

        if (symbols[written - 1] != Space)
        {
            symbols[written++] = Space;
        }
    }

    private static bool HasLetter(ReadOnlySpan<char> token)
    {
        foreach (var letter in token)
        {
            if (char.IsLetter(letter))
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteNumber(char letter, Span<byte> symbols, ref int written)
    {
        symbols[written++] = Other;
        for (var shift = 12; shift >= 0; shift -= 4)
        {
            symbols[written++] = Digits[(letter >> shift) & 15];
        }
    }

    private static bool IsIdeograph(char letter) => letter >= FirstIdeograph && !char.IsSurrogate(letter);

    private static bool IsBlank(char letter) => letter <= ' ' || letter == '\u00a0';

    private static byte Fold(char letter)
    {
        if (letter is '\u2018' or '\u2019')
        {
            return byte.MaxValue;
        }

        return char.IsLetterOrDigit(letter) ? Other : Space;
    }

    private static byte[] MakeFolded()
    {
        var table = new byte[0x180];
        for (var letter = 0; letter < table.Length; letter++)
        {
            var plain = char.ToLowerInvariant(((char)letter).ToString().Normalize(NormalizationForm.FormD)[0]);
            table[letter] = plain == '\'' ? byte.MaxValue
                : char.IsAsciiLetterLower(plain) || char.IsAsciiDigit(plain) ? SymbolOf(plain)
                : CharUnicodeInfo.GetUnicodeCategory(plain) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter ? Other
                : Space;
        }

        return table;
    }
}
