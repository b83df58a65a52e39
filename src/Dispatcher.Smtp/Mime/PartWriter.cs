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
    private readonly List<Range> _ranges = [];

    /// <param name="contentType">The whole header field with its line end.</param>
    public void Write(ReadOnlySpan<byte> contentType, TemplateText text, TemplateValues values, MessageBuffer output)
    {
        // 1. The values, as they will stand in the text; and what all of it needs.
        var runs = PreparedText.Of(text).Runs;
        var sum = default(TextSum);
        _values.Clear();
        _ranges.Clear();
        for (var index = 0; index < runs.Length; index++)
        {
            sum.Add(runs[index].Run);
            if (index < runs.Length - 1)
            {
                var range = WriteValue(text, index, values);
                _ranges.Add(range);
                sum.Add(TextRun.Of(_values.Written[range]));
            }
        }

        // 2. Header and body.
        output.Write(contentType);
        switch (sum.Choose())
        {
            case TransferEncoding.SevenBit:
                output.Write("Content-Transfer-Encoding: 7bit\r\n\r\n"u8);
                WritePlain(runs, output);
                break;
            case TransferEncoding.QuotedPrintable:
                output.Write("Content-Transfer-Encoding: quoted-printable\r\n\r\n"u8);
                WriteQuoted(runs, output);
                break;
            case TransferEncoding.Base64:
                output.Write("Content-Transfer-Encoding: base64\r\n\r\n"u8);
                WriteBase64(runs, output);
                break;
            default:
                throw new InvalidOperationException("No transfer encoding was chosen.");
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

    private void WritePlain(PreparedRun[] runs, MessageBuffer output)
    {
        var start = output.Length;
        for (var index = 0; index < runs.Length; index++)
        {
            output.Write(runs[index].Text);
            if (index < _ranges.Count)
            {
                output.Write(_values.Written[_ranges[index]]);
            }
        }

        if (output.Length > start && !output.Written.EndsWith("\r\n"u8))
        {
            output.Write("\r\n"u8);
        }
    }

    private void WriteQuoted(PreparedRun[] runs, MessageBuffer output)
    {
        var column = 0;
        for (var index = 0; index < runs.Length; index++)
        {
            runs[index].WriteQuoted(ref column, output);
            if (index < _ranges.Count)
            {
                QuotedPrintable.Encode(_values.Written[_ranges[index]], ref column, output);
            }
        }

        if (column > 0)
        {
            QuotedPrintable.EndLine(ref column, output);
        }
    }

    private void WriteBase64(PreparedRun[] runs, MessageBuffer output)
    {
        _text.Clear();
        WritePlain(runs, _text);
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
