using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Invitations;

/// <summary>
/// Writes an invitation as JSON in one fixed form: members in the specification's order, absent ones left out, so that equal invitations
/// give equal bytes and therefore equal content hashes. <see cref="InvitationReader"/> reads it back. Pure; safe for concurrent calls.
/// </summary>
public static class InvitationWriter
{
    // Not meant for HTML: readable text and a third of the size for scripts beyond ASCII.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>UTF-8, one line, no line end.</returns>
    public static byte[] Write(Invitation invitation)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            Write(json, invitation);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Invitation invitation)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, invitation.Id);
        json.WriteString("tenant"u8, invitation.Tenant);
        json.WriteString("type"u8, Codes.Of(invitation.Type));
        json.WriteString("method"u8, Codes.Of(invitation.Method));
        json.WriteString("channel"u8, Codes.Of(invitation.Channel));
        WriteRecipient(json, invitation);
        WriteText(json, "referenceNumber", invitation.ReferenceNumber);
        WriteText(json, "templateId", invitation.TemplateId);
        WriteText(json, "locale", invitation.Locale);
        WriteSender(json, invitation);
        WriteText(json, "replyTo", invitation.ReplyTo);
        WriteText(json, "landingPage", invitation.LandingPage);
        WriteMoment(json, "sendAt", invitation.SendAt);
        WriteMoment(json, "createdAt", invitation.CreatedAt);
        WriteText(json, "reminderOf", invitation.ReminderOf);
        if (invitation.ReminderAfter is { } after)
        {
            json.WriteStartObject("reminder"u8);
            json.WriteString("after"u8, IsoDuration.Format(after));
            json.WriteEndObject();
        }

        WriteProducts(json, invitation.Products);
        WriteTags(json, invitation.Tags);
        json.WriteEndObject();
    }

    private static void WriteRecipient(Utf8JsonWriter json, Invitation invitation)
    {
        json.WriteStartObject("recipient"u8);
        WriteText(json, "name", invitation.RecipientName);
        WriteText(json, "email", invitation.RecipientEmail);
        WriteText(json, "phone", invitation.RecipientPhone);
        json.WriteEndObject();
    }

    private static void WriteSender(Utf8JsonWriter json, Invitation invitation)
    {
        if (invitation.SenderName is null && invitation.SenderEmail is null)
        {
            return;
        }

        json.WriteStartObject("sender"u8);
        WriteText(json, "name", invitation.SenderName);
        WriteText(json, "email", invitation.SenderEmail);
        json.WriteEndObject();
    }

    private static void WriteProducts(Utf8JsonWriter json, IReadOnlyList<Product> products)
    {
        if (products.Count == 0)
        {
            return;
        }

        json.WriteStartArray("products"u8);
        foreach (var product in products)
        {
            json.WriteStartObject();
            json.WriteString("sku"u8, product.Sku);
            WriteText(json, "name", product.Name);
            WriteText(json, "url", product.Url);
            WriteText(json, "imageUrl", product.ImageUrl);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTags(Utf8JsonWriter json, IReadOnlyList<string> tags)
    {
        if (tags.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tags"u8);
        foreach (var tag in tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteMoment(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } value)
        {
            json.WriteString(name, value.UtcDateTime);
        }
    }
}
