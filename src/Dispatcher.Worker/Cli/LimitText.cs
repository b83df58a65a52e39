using System.Globalization;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Cli;

/// <summary>Limits in words.</summary>
internal static class LimitText
{
    public static string Of(TenantRate rate) => string.Create(CultureInfo.InvariantCulture, $"{rate.PerSecond}/s, burst {rate.Burst}");
}
