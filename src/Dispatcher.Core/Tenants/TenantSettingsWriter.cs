using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Tenants;

/// <summary>
/// Writes settings as JSON in one fixed form that <see cref="TenantSettingsReader"/> reads back: every key with a value, defaults
/// included. Pure; safe for concurrent calls.
/// </summary>
public static class TenantSettingsWriter
{
    private static readonly JavaScriptEncoder Readable = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = Readable };

    /// <param name="settings">Valid ones.</param>
    /// <param name="indented">For people; otherwise one line.</param>
    public static string Write(TenantSettings settings, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = Readable, Indented = indented }))
        {
            json.WriteStartObject();
            WriteIdentity(json, settings);
            WriteLimits(json, settings);
            WriteRetry(json, settings.Retry);
            WriteSender(json, settings.Sender);
            json.WriteStartObject("suppression");
            json.WriteNumber("hardBounceDays", settings.Suppression.HardBounceDays);
            json.WriteNumber("complaintDays", settings.Suppression.ComplaintDays);
            json.WriteEndObject();
            WriteDomains(json, settings.TemporaryDomains);
            WriteNumber(json, "maxReferenceLength", settings.MaxReferenceLength);
            json.WriteBoolean("blocked", settings.Blocked);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Only what differs from the defaults, without the tenant's name: for stores of many tenants, most of which differ in a key or two.</summary>
    public static string WriteDifferences(TenantSettings settings)
    {
        var differences = JsonNode.Parse(Write(settings))!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(Write(TenantSettings.Default(settings.Tenant)))!.AsObject())
        {
            if (JsonNode.DeepEquals(differences[key], value))
            {
                differences.Remove(key);
            }
        }

        return differences.ToJsonString(OneLine);
    }

    private static void WriteIdentity(Utf8JsonWriter json, TenantSettings settings)
    {
        json.WriteString("tenant", settings.Tenant);
        WriteText(json, "displayName", settings.DisplayName);
        WriteText(json, "domain", settings.Domain);
        json.WriteString("plan", Codes.Of(settings.Plan));
        WriteList(json, "addOns", settings.AddOns);
        WriteNumber(json, "monthlyLimit", settings.MonthlyLimit);
        json.WriteString("limitReached", Codes.Of(settings.LimitReached));
        json.WriteString("timeZone", settings.TimeZone);
        WriteText(json, "region", settings.Region);
    }

    private static void WriteLimits(Utf8JsonWriter json, TenantSettings settings)
    {
        LimitWriter.Write(json, settings.Rate, settings.Concurrency);
        json.WriteNumber("weight", settings.Weight);
        if (settings.Frequency is { } frequency)
        {
            json.WriteStartObject("frequency");
            WriteNumber(json, "days", frequency.Days);
            json.WriteBoolean("once", frequency.Once);
            json.WriteEndObject();
        }

        if (settings.Kickstart is { } kickstart)
        {
            json.WriteStartObject("kickstart");
            json.WriteString("until", kickstart.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteNumber("max", kickstart.Max);
            json.WriteEndObject();
        }

        json.WriteBoolean("reminders", settings.Reminders);
        json.WriteString("uncertain", Codes.Of(settings.Uncertain));
    }

    private static void WriteRetry(Utf8JsonWriter json, TenantRetry? retry)
    {
        if (retry is null)
        {
            return;
        }

        json.WriteStartObject("retry");
        if (retry.Schedule.Count > 0)
        {
            json.WriteStartArray("schedule");
            foreach (var wait in retry.Schedule)
            {
                json.WriteStringValue(wait.ToString("c", CultureInfo.InvariantCulture));
            }

            json.WriteEndArray();
        }

        if (retry.MaxAge is { } age)
        {
            json.WriteString("maxAge", age.ToString("c", CultureInfo.InvariantCulture));
        }

        json.WriteEndObject();
    }

    private static void WriteSender(Utf8JsonWriter json, SenderSettings? sender)
    {
        if (sender is null)
        {
            return;
        }

        json.WriteStartObject("sender");
        WriteText(json, "name", sender.Name);
        WriteText(json, "email", sender.Email);
        WriteText(json, "replyTo", sender.ReplyTo);
        WriteText(json, "bounceDomain", sender.BounceDomain);
        WriteText(json, "dkimDomain", sender.DkimDomain);
        json.WriteEndObject();
    }

    private static void WriteDomains(Utf8JsonWriter json, TenantDomains? domains)
    {
        if (domains is null)
        {
            return;
        }

        json.WriteStartObject("temporaryDomains");
        WriteList(json, "allow", domains.Allow);
        WriteList(json, "deny", domains.Deny);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string key, IReadOnlyList<string> items)
    {
        json.WriteStartArray(key);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string key, string? text)
    {
        if (text is not null)
        {
            json.WriteString(key, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string key, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(key, value);
        }
    }
}
