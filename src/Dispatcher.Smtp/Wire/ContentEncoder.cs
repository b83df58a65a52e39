using System.Buffers;

namespace Dispatcher.Smtp.Wire;

/// <summary>Turns content into what follows DATA: lines end in CRLF, dots are stuffed, the final dot comes last (RFC 5321 4.5.2).</summary>
internal static class ContentEncoder
{
    /// <summary>The final dot with its line end.</summary>
    public static ReadOnlySpan<byte> FinalDot => ".\r\n"u8;

    /// <remarks>A bare CR or LF becomes CRLF before dots are stuffed: else it could hide a second message from us, not from the peer.</remarks>
    public static void Encode(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        while (!content.IsEmpty)
        {
            var end = content.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? content : content[..end];
            WriteLine(line, output);
            content = end < 0 ? [] : content[end..];
            content = content.StartsWith("\r\n"u8) ? content[2..] : content.IsEmpty ? [] : content[1..];
        }

        output.Write(FinalDot);
    }

    private static void WriteLine(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        var span = output.GetSpan(line.Length + 3);
        var stuffed = line.StartsWith((byte)'.') ? 1 : 0;
        span[0] = (byte)'.';
        line.CopyTo(span[stuffed..]);
        "\r\n"u8.CopyTo(span[(stuffed + line.Length)..]);
        output.Advance(stuffed + line.Length + 2);
    }
}
