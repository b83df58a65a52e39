using System.Globalization;
using Dispatcher.Core.Pipeline;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>What the lane's scripts answer, as values.</summary>
internal static class LaneReplies
{
    private static readonly StepAnswer Ok = new(StepAnswerKind.Ok, null);
    private static readonly StepAnswer Gone = new(StepAnswerKind.Gone, null);
    private static readonly StepAnswer Stale = new(StepAnswerKind.Stale, null);
    private static readonly Dictionary<string, long> NoMonths = [];

    public static ClaimedInvitation Claimed(RedisResult entry)
    {
        var fields = (RedisResult[])entry;
        return new ClaimedInvitation
        {
            Key = (string)fields[0],
            Tenant = (string)fields[8],
            Id = (string)fields[9],
            Body = (byte[])fields[1],
            Attempt = (int)fields[3],
            FirstAttempt = (string?)fields[5] is { } first ? Time(first) : null,
            Facts = new FreshFacts((string?)fields[2], (int)fields[4], (string?)fields[6], Months(fields[7])),
        };
    }

    public static StepAnswer Answer(RedisResult answer)
    {
        var fields = (RedisResult[])answer;
        return (string)fields[0] switch
        {
            "ok" => Ok,
            "gone" => Gone,
            "stale" => Stale,
            "changed" => new StepAnswer(
                StepAnswerKind.Changed,
                new FreshFacts((string?)fields[1], (int)fields[2], (string?)fields[3], Months(fields[4]))),
            var word => throw new InvalidOperationException($"advance.lua answered '{word}'"),
        };
    }

    public static DateTimeOffset Time(string milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture));

    /// <summary>A flat array of field and value in turn.</summary>
    public static Dictionary<string, string> Pairs(RedisResult result)
    {
        var flat = (string[])result;
        var pairs = new Dictionary<string, string>(flat.Length / 2, StringComparer.Ordinal);
        for (var i = 0; i + 1 < flat.Length; i += 2)
        {
            pairs[flat[i]] = flat[i + 1];
        }

        return pairs;
    }

    private static Dictionary<string, long> Months(RedisResult result)
    {
        var flat = (string[])result;
        if (flat.Length == 0)
        {
            return NoMonths;
        }

        return Pairs(result).ToDictionary(p => p.Key, p => long.Parse(p.Value, CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }
}
