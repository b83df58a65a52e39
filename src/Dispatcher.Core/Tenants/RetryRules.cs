using Dispatcher.Core.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Tenants;

/// <summary>Reads <c>retry: { schedule: [10m, 1h], maxAge: 2d }</c> of a tenant, within the ranges of the settings of the same names.</summary>
internal static class RetryRules
{
    private const int MostSteps = 50;
    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(30);

    public static TenantRetry? Read(NodeReader? node)
    {
        if (node is null)
        {
            return null;
        }

        var schedule = ReadSchedule(node, "schedule");
        TimeSpan? maxAge = null;
        node.Text("maxAge", text =>
        {
            if (!DurationText.TryParse(text, out var age) || age < TimeSpan.FromSeconds(1) || age > LongestAge)
            {
                return "must be a duration from 1s to 30d";
            }

            maxAge = age;
            return null;
        });
        if (schedule.Count == 0 && maxAge is null)
        {
            node.Problem("", "needs schedule or maxAge");
        }

        node.RefuseUnknown();
        return new(schedule, maxAge);
    }

    /// <summary>Waits that never grow shorter; empty: there are none.</summary>
    public static List<TimeSpan> ReadSchedule(NodeReader node, string key)
    {
        var waits = new List<TimeSpan>();
        var items = node.List(key) ?? [];
        for (var index = 0; index < items.Count; index++)
        {
            if (NodeText.Of(items[index]) is not { } text || !DurationText.TryParse(text, out var wait) || wait <= TimeSpan.Zero || wait > LongestStep)
            {
                node.Problem($"{key}[{index}]", "must be a duration above zero and at most 7d, for example 30m");
            }
            else if (waits.Count > 0 && wait < waits[^1])
            {
                node.Problem($"{key}[{index}]", "must not be shorter than the one before");
            }
            else
            {
                waits.Add(wait);
            }
        }

        if (items.Count > MostSteps)
        {
            node.Problem(key, $"must have at most {MostSteps} steps");
        }

        return waits;
    }
}
