using System.Globalization;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Pipeline;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>What the lane's scripts answer, as values.</summary>
internal static class LaneReplies
{
    private static readonly StepAnswer Done = new(StepAnswerKind.Ok, null);
    private static readonly StepAnswer Gone = new(StepAnswerKind.Gone, null);
    private static readonly StepAnswer Stale = new(StepAnswerKind.Stale, null);
    private static readonly Dictionary<string, long> NoMonths = [];

    /// <summary>What <c>claim.lua</c> hands out.</summary>
    /// <param name="records">What never changes of them.</param>
    /// <param name="facts">Number of an entry (the first is 1), months and marks, of those alone that have any.</param>
    public static ClaimedInvitation[] Claimed(string[] keys, string[] states, RedisValue[] records, string[] facts)
    {
        var entries = new ClaimedInvitation[keys.Length];
        var fact = 0;
        for (var n = 0; n < entries.Length; n++)
        {
            var known = fact < facts.Length && int.Parse(facts[fact], CultureInfo.InvariantCulture) == n + 1;
            var (months, marks) = known ? (facts[fact + 1], facts[fact + 2]) : ("", "");
            fact += known ? 3 : 0;
            entries[n] = Claimed(keys[n], states[n], (byte[]?)records[n] ?? [], months, marks);
        }

        return entries;
    }

    private static ClaimedInvitation Claimed(string key, string state, byte[] record, string months, string marks)
    {
        // One that can't be read must not stop the worker, which would give it back, and the next one that claims it: without a body it is set aside.
        var identity = RecordIdentity.Read(record);
        if (RecordState.TryReadClaimed(state) is not var (tenant, attempt, uncertain, revision, name, first, recipient, stored))
        {
            return new ClaimedInvitation
            {
                Key = key,
                Tenant = "",
                Id = identity?.Id ?? "",
                Body = default,
                Attempt = 0,
                Facts = new FreshFacts(null, 0, null, Months(months)),
            };
        }

        return new ClaimedInvitation
        {
            Key = key,
            Tenant = tenant,
            Id = identity?.Id ?? "",
            Body = identity?.Body ?? default,
            Attempt = attempt,
            LastUncertain = uncertain,
            FirstAttempt = first,
            RecipientHash = recipient,
            Facts = new FreshFacts(name, revision, null, Months(months)) { Marks = FactMarks.Read(marks) with { StoredAt = stored } },
        };
    }

    /// <summary>What <c>advance.lua</c> answers.</summary>
    /// <param name="others">Number (the first is 1) and answer in turn, of the steps that were not just done.</param>
    public static StepAnswer[] Answers(string[] others, int steps)
    {
        var answers = new StepAnswer[steps];
        Array.Fill(answers, Done);
        for (var i = 0; i + 1 < others.Length; i += 2)
        {
            answers[int.Parse(others[i], CultureInfo.InvariantCulture) - 1] = Answer(others[i + 1]);
        }

        return answers;
    }

    /// <summary>A word; with <c>changed</c> also the facts.</summary>
    private static StepAnswer Answer(string answer)
    {
        var parts = answer.Split('\t', 7);
        return parts[0] switch
        {
            "gone" => Gone,
            "stale" => Stale,
            "changed" => new StepAnswer(
                StepAnswerKind.Changed,
                new FreshFacts(parts[5].Length > 0 ? RecordState.NameIn(parts[6]) : null, int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2].Length > 0 ? parts[2] : null, Months(parts[3]))
                {
                    Marks = FactMarks.Read(parts[4]),
                }),
            var word => throw new InvalidOperationException($"advance.lua answered '{word}'"),
        };
    }

    public static DateTimeOffset Time(ReadOnlySpan<char> milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture));

    public static TimeSpan Milliseconds(RedisResult number) => TimeSpan.FromMilliseconds(long.Parse(number.Text(), CultureInfo.InvariantCulture));

    /// <summary>A flat array of field and value in turn.</summary>
    public static Dictionary<string, string> Pairs(RedisResult result)
    {
        var flat = result.Texts();
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
