using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dispatcher.Worker.Bounces;

/// <summary>One JSON object a line: <c>reply, outcome, status, scope, retryClass, reason, hard</c> (contracts section 5).</summary>
internal sealed class JsonReplyWriter(TextWriter output) : IReplyWriter
{
    private const int FlushAt = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt * 2);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public bool Write(ReadOnlySpan<char> line)
    {
        var reply = ClassifiedReply.Of(line);
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("reply"u8, line);
        _json.WriteString("outcome"u8, reply.Outcome);
        _json.WriteString("status"u8, reply.Status);
        _json.WriteString("scope"u8, reply.Scope);
        _json.WriteString("retryClass"u8, reply.RetryClass);
        _json.WriteString("reason"u8, reply.Reason);
        _json.WriteBoolean("hard"u8, reply.Hard);
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushAt)
        {
            SendOut();
        }

        return reply.Outcome is not null;
    }

    public void Dispose()
    {
        SendOut();
        _json.Dispose();
    }

    private void SendOut()
    {
        output.Write(Encoding.UTF8.GetString(_buffer.WrittenSpan));
        output.Flush();
        _buffer.ResetWrittenCount();
    }
}
