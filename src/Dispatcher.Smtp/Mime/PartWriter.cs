using System.Buffers.Text;
using Dispatcher.Core.Templates;

namespace Dispatcher.Smtp.Mime;

/// <summary>Writes a body with its MIME header, in the smallest transfer encoding that is allowed. Owned by one thread.</summary>
internal sealed class PartWriter
{
    // RFC 2045 6.8: 57 octets make a line of 76 characters.
    private const int Base64Octets = 57;

    private readonly MessageBuffer _values = new();
    private readonly MessageBuffer _text = new();
    private readonly List<BodyPiece> _pieces = [];

    /// <param name="contentType">The whole header field with its line end.</param>
    public void Write(ReadOnlySpan<byte> contentType, TemplateText text, TemplateValues values, MessageBuffer output)
    {
        // 1. The values, as they will stand in the text; and what all of it needs.
        var sum = default(TextSum);
        _values.Clear();
        _pieces.Clear();
        Gather(text, values, ref sum);

        // 2. Header and body.
        output.Write(contentType);
        switch (sum.Choose())
        {
            case TransferEncoding.SevenBit:
                output.Write("Content-Transfer-Encoding: 7bit\r\n\r\n"u8);
                WritePlain(output);
                break;
            case TransferEncoding.QuotedPrintable:
                output.Write("Content-Transfer-Encoding: quoted-printable\r\n\r\n"u8);
                WriteQuoted(output);
                break;
            case TransferEncoding.Base64:
                output.Write("Content-Transfer-Encoding: base64\r\n\r\n"u8);
                WriteBase64(output);
                break;
            default:
                throw new InvalidOperationException("No transfer encoding was chosen.");
        }
    }

    private void Gather(TemplateText text, TemplateValues values, ref TextSum sum)
    {
        var runs = PreparedText.Of(text).Runs;
        var (first, firstRun) = (default(BodyPiece), default(TextRun));
        for (var index = 0; index < runs.Length; index++)
        {
            sum.Add(runs[index].Run);
            _pieces.Add(new(runs[index], default));
            if (index == runs.Length - 1)
            {
                return;
            }

            if (text.Block(index, values) is { } block)
            {
                // It is made of literals too; a block holds no other.
                Gather(block, values, ref sum);
                continue;
            }

            // A block of stars has the same link five times.
            if (index == 0 || !text.AreAlike(index, 0))
            {
                var value = new BodyPiece(null, WriteValue(text, index, values));
                var run = TextRun.Of(_values.Written[value.Value]);
                _pieces.Add(value);
                sum.Add(run);
                (first, firstRun) = index == 0 ? (value, run) : (first, firstRun);
                continue;
            }

            _pieces.Add(first);
            sum.Add(firstRun);
        }
    }

    private Range WriteValue(TemplateText text, int index, TemplateValues values)
    {
        var start = _values.Length;
        text.WriteValue(index, values, _values);
        var value = _values.Written[start..];
        if (value.IndexOfAny((byte)'\r', (byte)'\n') < 0)
        {
            return start.._values.Length;
        }

        _text.Clear();
        TextRun.Normalize(value, _text);
        _values.TakeBack(value.Length);
        _values.Write(_text.Written);
        return start.._values.Length;
    }

    private void WritePlain(MessageBuffer output)
    {
        var start = output.Length;
        foreach (var piece in _pieces)
        {
            output.Write(piece.Run is { } run ? run.Text : _values.Written[piece.Value]);
        }

        if (output.Length > start && !output.Written.EndsWith("\r\n"u8))
        {
            output.Write("\r\n"u8);
        }
    }

    private void WriteQuoted(MessageBuffer output)
    {
        var column = 0;
        foreach (var piece in _pieces)
        {
            if (piece.Run is { } run)
            {
                run.WriteQuoted(ref column, output);
            }
            else
            {
                QuotedPrintable.Encode(_values.Written[piece.Value], ref column, output);
            }
        }

        if (column > 0)
        {
            QuotedPrintable.EndLine(ref column, output);
        }
    }

    private void WriteBase64(MessageBuffer output)
    {
        _text.Clear();
        WritePlain(_text);
        for (ReadOnlySpan<byte> rest = _text.Written; !rest.IsEmpty;)
        {
            var line = rest[..Math.Min(Base64Octets, rest.Length)];
            Base64.EncodeToUtf8(line, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(line.Length)), out _, out var written);
            output.Advance(written);
            output.Write("\r\n"u8);
            rest = rest[line.Length..];
        }
    }
}
