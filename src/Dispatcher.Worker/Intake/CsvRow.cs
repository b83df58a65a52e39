using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dispatcher.Worker.Intake;

/// <summary>Writes a CSV row as the JSON of an invitation: empty fields are absent, <c>tags</c> are separated by semicolons.</summary>
internal static class CsvRow
{
    private static readonly string[] Plain =
    [
        "tenant", "id", "type", "method", "channel", "referenceNumber", "templateId", "locale", "replyTo", "landingPage", "sendAt",
        "createdAt", "reminderOf",
    ];

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToJson(IReadOnlyList<string> fields, CsvColumns columns)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            foreach (var name in Plain)
            {
                Write(json, name, columns.Value(fields, name));
            }

            json.WriteStartObject("recipient");
            Write(json, "name", columns.Value(fields, "name"));
            Write(json, "email", columns.Value(fields, "email"));
            Write(json, "phone", columns.Value(fields, "phone"));
            json.WriteEndObject();
            WriteSender(json, columns.Value(fields, "senderName"), columns.Value(fields, "senderEmail"));
            WriteTags(json, columns.Value(fields, "tags"));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteSender(Utf8JsonWriter json, string? name, string? email)
    {
        if (name is null && email is null)
        {
            return;
        }

        json.WriteStartObject("sender");
        Write(json, "name", name);
        Write(json, "email", email);
        json.WriteEndObject();
    }

    private static void WriteTags(Utf8JsonWriter json, string? tags)
    {
        if (tags is null)
        {
            return;
        }

        json.WriteStartArray("tags");
        foreach (var tag in tags.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
