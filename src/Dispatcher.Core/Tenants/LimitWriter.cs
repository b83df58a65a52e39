using System.Text.Json;

namespace Dispatcher.Core.Tenants;

/// <summary>Writes what <see cref="LimitRules"/> reads.</summary>
internal static class LimitWriter
{
    public static void Write(Utf8JsonWriter json, TenantRate? rate, int? concurrency)
    {
        if (rate is not null)
        {
            json.WriteStartObject("rate");
            json.WriteNumber("perSecond", rate.PerSecond);
            json.WriteNumber("burst", rate.Burst);
            json.WriteEndObject();
        }

        if (concurrency is { } most)
        {
            json.WriteNumber("concurrency", most);
        }
    }
}
