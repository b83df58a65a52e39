using System.Buffers;
using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>Writes header fields, folded at 76 columns where possible (RFC 5322 2.2.3). Whatever the text, a field stays one field.</summary>
internal sealed class HeaderWriter(IBufferWriter<byte> output)
{
    private const int Width = 76;
    private const int LongestPlainWord = 60;

    private int _column;

    /// <summary>A field whose value is ours or proven safe: written as it is.</summary>
    public void Field(string name, string value)
    {
        Begin(name);
        Token(value);
        End();
    }

    /// <summary>A field of free text: encoded words (RFC 2047) unless it is plain ASCII.</summary>
    public void Text(string name, string value)
    {
        Begin(name);
        var line = HeaderText.OneLine(value);
        if (IsPlain(line))
        {
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                Token(word);
            }
        }
        else
        {
            EncodedWords(line);
        }

        End();
    }

    /// <summary>A field with one mailbox (RFC 5322 3.4). The address must be proven safe, the name may be anything.</summary>
    public void Mailbox(string name, string? displayName, string address)
    {
        Begin(name);
        var shown = HeaderText.OneLine(displayName ?? "");
        if (shown.Length == 0)
        {
            Token(address);
        }
        else
        {
            if (shown.Length <= LongestPlainWord && IsPlain(shown))
            {
                Token($"\"{shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
            }
            else
            {
                EncodedWords(shown);
            }

            Token($"<{address}>");
        }

        End();
    }

    private void Begin(string name)
    {
        Write(name);
        Write(":");
    }

    private void End()
    {
        output.Write("\r\n"u8);
        _column = 0;
    }

    // A space and the token; the space opens a new line when the token would not fit.
    private void Token(string token)
    {
        if (_column + 1 + token.Length > Width && token.Length < Width)
        {
            output.Write("\r\n"u8);
            _column = 0;
        }

        Write(" ");
        Write(token);
    }

    private void EncodedWords(string text)
    {
        while (text.Length > 0)
        {
            var room = Width - _column - 1;
            if (room < EncodedWord.Shortest)
            {
                output.Write("\r\n"u8);
                _column = 0;
                continue;
            }

            Token(EncodedWord.Take(ref text, room));
        }
    }

    private void Write(string text)
    {
        _column += text.Length;
        Encoding.UTF8.GetBytes(text, output);
    }

    // "=?" would be read as an encoded word that we did not write; runs of spaces would not survive folding.
    private static bool IsPlain(string line) =>
        Ascii.IsValid(line)
        && !line.Contains("=?", StringComparison.Ordinal)
        && !line.Contains("  ", StringComparison.Ordinal)
        && line.Split(' ').All(word => word.Length <= LongestPlainWord);
}
