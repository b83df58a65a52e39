using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Dispatcher.Core.Templates.Parsing;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>Writes a value so that it stays a value where it stands.</summary>
internal static class Escape
{
    // Every script stays readable; markup, quotes and characters that no font shows become references.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>For HTML text and for attributes in either kind of quotes.</summary>
    public static string Html(string value) => Encoder.Encode(value);

    /// <summary>The same as UTF-8.</summary>
    public static void Html(ReadOnlySpan<char> value, IBufferWriter<byte> output)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var span = output.GetSpan(most);
        var length = Encoding.UTF8.GetBytes(value, span);
        var first = Encoder.FindFirstCharacterToEncodeUtf8(span[..length]);
        if (first < 0)
        {
            output.Advance(length);
            return;
        }

        // What comes before the first one is in place; the rest moves away, to be read while it is written.
        var rest = ArrayPool<byte>.Shared.Rent(length - first);
        span[first..length].CopyTo(rest);
        output.Advance(first);
        Encode(rest.AsSpan(0, length - first), output);
        ArrayPool<byte>.Shared.Return(rest);
    }

    /// <param name="value">Unescaped, without control characters.</param>
    /// <param name="context">Where it stands.</param>
    /// <param name="isUrl">It is an address that we made ourselves; anything else in an address is a part of one.</param>
    public static void Write(ReadOnlySpan<char> value, TextContext context, bool isUrl, IBufferWriter<byte> output)
    {
        switch (context)
        {
            case TextContext.Header or TextContext.PlainText:
                Encoding.UTF8.GetBytes(value, output);
                break;
            case TextContext.HtmlText or TextContext.HtmlAnchor or TextContext.HtmlAttribute:
            case TextContext.HtmlUrl when isUrl:
                Html(value, output);
                break;
            case TextContext.HtmlUrl or TextContext.HtmlUrlPart:
                Encoding.UTF8.GetBytes(Uri.EscapeDataString(value), output);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(context), context, "A placeholder without a context was parsed.");
        }
    }

    private static void Encode(ReadOnlySpan<byte> source, IBufferWriter<byte> output)
    {
        // The longest reference is ten octets.
        const int Room = 16;
        while (!source.IsEmpty)
        {
            Encoder.EncodeUtf8(source, output.GetSpan(source.Length + Room), out var consumed, out var written);
            output.Advance(written);
            source = source[consumed..];
        }
    }
}
