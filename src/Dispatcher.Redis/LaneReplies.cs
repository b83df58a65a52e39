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
        var (tenant, id) = RecordIdentity.Whose((string)fields[1]);
        return new ClaimedInvitation
        {
            Key = (string)fields[0],
            Tenant = tenant,
            Id = id,
            Body = (byte[])fields[2],
            Attempt = (int)fields[4],
            FirstAttempt = (string?)fields[6] is { } first ? Time(first) : null,
            Facts = new FreshFacts((string?)fields[3], (int)fields[5], (string?)fields[7], Months((string)fields[8])),
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
                new FreshFacts((string?)fields[1], (int)fields[2], (string?)fields[3], Months((string)fields[4]))),
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

    /// <summary>Month and count in turn: <c>2026-10 5 2026-11 7</c>.</summary>
    private static Dictionary<string, long> Months(string packed)
    {
        if (packed.Length == 0)
        {
            return NoMonths;
        }

        var words = packed.Split(' ');
        var months = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            months[words[i]] = long.Parse(words[i + 1], CultureInfo.InvariantCulture);
        }

        return months;
    }
}
