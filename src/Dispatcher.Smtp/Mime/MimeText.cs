using System.Buffers;
using System.Text;

namespace Dispatcher.Smtp.Mime;

/// <summary>One text body, with the transfer encoding that it needs: 7bit when plain ASCII in short lines, else quoted-printable.</summary>
internal readonly struct MimeText
{
    // RFC 5322 2.1.1: no line may be longer, without CRLF.
    private const int LongestLine = 998;

    private static readonly SearchValues<byte> PlainText =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    private readonly byte[] _utf8;
    private readonly bool _plain;

    public MimeText(string text)
    {
        _utf8 = Encoding.UTF8.GetBytes(text);
        _plain = IsPlain(_utf8);
    }

    public string TransferEncoding => _plain ? "7bit" : "quoted-printable";

    /// <summary>Writes the body in lines that end in CRLF, whatever line ends the text had.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> rest = _utf8;
        while (!rest.IsEmpty)
        {
            var line = NextLine(ref rest);
            if (_plain)
            {
                output.Write(line);
                output.Write("\r\n"u8);
            }
            else
            {
                QuotedPrintable.EncodeLine(line, output);
            }
        }
    }

    private static bool IsPlain(ReadOnlySpan<byte> rest)
    {
        // A line that begins with "--" could be taken for a boundary. Quoted-printable text cannot hold ours: see Boundary.
        while (!rest.IsEmpty)
        {
            var line = NextLine(ref rest);
            if (line.Length > LongestLine || line.StartsWith("--"u8) || line.ContainsAnyExcept(PlainText))
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            var last = rest;
            rest = [];
            return last;
        }

        var line = rest[..end];
        rest = rest[end..].StartsWith("\r\n"u8) ? rest[(end + 2)..] : rest[(end + 1)..];
        return line;
    }
}
