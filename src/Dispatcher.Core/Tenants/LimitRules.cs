using Dispatcher.Core.Json;

namespace Dispatcher.Core.Tenants;

/// <summary>Reads what tenants and destination groups have in common.</summary>
internal static class LimitRules
{
    public static TenantRate? Rate(NodeReader settings)
    {
        if (settings.Object("rate") is not { } node)
        {
            return null;
        }

        var perSecond = node.Number("perSecond", LimitRanges.MinPerSecond, LimitRanges.MaxPerSecond);
        node.Require("perSecond");
        var burst = node.Integer("burst", 1, LimitRanges.MaxBurst) ?? LimitRanges.BurstOf(perSecond ?? 1);
        node.RefuseUnknown();
        return new(perSecond ?? 1, burst);
    }

    public static int? Concurrency(NodeReader settings) => settings.Integer("concurrency", 1, LimitRanges.MaxConcurrency);
}
