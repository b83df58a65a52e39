using System.Buffers;
using System.Text;
using System.Text.Json;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Destinations;

/// <summary>
/// Writes a group as JSON in one fixed form that <see cref="DestinationGroupReader"/> reads back; a limit that it has not is left out.
/// Pure; safe for concurrent calls.
/// </summary>
public static class DestinationGroupWriter
{
    /// <param name="group">A valid one.</param>
    /// <param name="indented">For people; otherwise one line.</param>
    public static string Write(DestinationGroup group, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented }))
        {
            json.WriteStartObject();
            json.WriteString("group", group.Group);
            json.WriteStartArray("domains");
            foreach (var domain in group.Domains)
            {
                json.WriteStringValue(domain);
            }

            json.WriteEndArray();
            LimitWriter.Write(json, group.Rate, group.Concurrency);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
