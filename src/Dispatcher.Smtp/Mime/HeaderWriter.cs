using System.Buffers;
using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>
/// Writes header fields, folded at 76 columns where possible (RFC 5322 2.2.3). Whatever the text, a field stays one field. Owned by one
/// thread.
/// </summary>
internal sealed class HeaderWriter(MessageBuffer output)
{
    private const int Width = 76;
    private const int LongestPlainWord = 60;

    // Octets at which names and subjects are cut. No client shows as much, and receivers refuse headers that are too long.
    private const int LongestName = 800;
    private const int LongestText = 4_000;

    private readonly MessageBuffer _text = new();
    private int _column;

    /// <summary>A field whose value is ours or proven safe: written as it is.</summary>
    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Begin(name);
        Token(value);
        End();
    }

    /// <summary>The same in ASCII, with something around the value.</summary>
    public void Field(ReadOnlySpan<byte> name, string value, string before = "", string after = "")
    {
        _text.Clear();
        Encoding.ASCII.GetBytes(before, _text);
        Encoding.ASCII.GetBytes(value, _text);
        Encoding.ASCII.GetBytes(after, _text);
        Field(name, _text.Written);
    }

    /// <summary>A field with an identifier of which nothing is proven.</summary>
    public void Identifier(ReadOnlySpan<byte> name, string value, int longest, bool inBrackets = false)
    {
        _text.Clear();
        _text.Write(inBrackets ? "<"u8 : ""u8);
        HeaderText.WriteIdentifier(value, longest, _text);
        _text.Write(inBrackets ? ">"u8 : ""u8);
        Field(name, _text.Written);
    }

    /// <summary>A field of free text in UTF-8, which is changed: encoded words (RFC 2047) unless it is plain ASCII.</summary>
    public void Text(ReadOnlySpan<byte> name, Span<byte> value)
    {
        Begin(name);
        var line = HeaderText.OneLine(value, LongestText);
        if (IsPlain(line))
        {
            foreach (var word in line.Split((byte)' '))
            {
                Token(line[word]);
            }
        }
        else
        {
            EncodedWords(line);
        }

        End();
    }

    /// <summary>A field with one mailbox (RFC 5322 3.4). The address must be proven safe, the name may be anything.</summary>
    public void Mailbox(ReadOnlySpan<byte> name, string? displayName, string address)
    {
        Begin(name);
        _text.Clear();

        // Of a name without end only the beginning is looked at.
        Encoding.UTF8.GetBytes(displayName.AsSpan(0, Math.Min(displayName?.Length ?? 0, LongestName + 1)), _text);
        var shown = HeaderText.OneLine(_text.Written, LongestName);
        var bare = shown.IsEmpty;
        if (shown.Length is > 0 and <= LongestPlainWord && IsPlain(shown))
        {
            Quoted(shown);
        }
        else
        {
            EncodedWords(shown);
        }

        _text.Clear();
        _text.Write(bare ? ""u8 : "<"u8);
        Encoding.UTF8.GetBytes(address, _text);
        _text.Write(bare ? ""u8 : ">"u8);
        Token(_text.Written);
        End();
    }

    private void Begin(ReadOnlySpan<byte> name)
    {
        output.Write(name);
        output.Write(":"u8);
        _column = name.Length + 1;
    }

    private void End() => output.Write("\r\n"u8);

    private void Fold()
    {
        output.Write("\r\n"u8);
        _column = 0;
    }

    // A space and the token; the space opens a new line when the token would not fit.
    private void Token(ReadOnlySpan<byte> token)
    {
        if (_column + 1 + token.Length > Width && token.Length < Width)
        {
            Fold();
        }

        output.Write(" "u8);
        output.Write(token);
        _column += 1 + token.Length;
    }

    private void Quoted(ReadOnlySpan<byte> text)
    {
        Span<byte> quoted = stackalloc byte[(2 * LongestPlainWord) + 2];
        var length = 0;
        quoted[length++] = (byte)'"';
        foreach (var octet in text)
        {
            if (octet is (byte)'"' or (byte)'\\')
            {
                quoted[length++] = (byte)'\\';
            }

            quoted[length++] = octet;
        }

        quoted[length++] = (byte)'"';
        Token(quoted[..length]);
    }

    private void EncodedWords(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var room = Width - _column - 1;
            if (room < EncodedWord.Shortest)
            {
                Fold();
                continue;
            }

            output.Write(" "u8);
            _column += 1 + EncodedWord.Take(ref text, room, output);
        }
    }

    // "=?" would be read as an encoded word that we did not write; runs of spaces would not survive folding.
    private static bool IsPlain(ReadOnlySpan<byte> line)
    {
        if (!Ascii.IsValid(line) || line.IndexOf("=?"u8) >= 0 || line.IndexOf("  "u8) >= 0)
        {
            return false;
        }

        foreach (var word in line.Split((byte)' '))
        {
            if (word.End.Value - word.Start.Value > LongestPlainWord)
            {
                return false;
            }
        }

        return true;
    }
}
