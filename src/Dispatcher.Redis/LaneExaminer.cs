using System.Globalization;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>What the doctor asks of a lane: one call of <c>examine.lua</c>, one for sizes, and a look by the reconciler.</summary>
internal sealed class LaneExaminer(RedisConnection redis, RedisReconciler reconciler, QueueOptions options)
{
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromMinutes(15);

    public async Task<ExaminedLane> ExamineAsync(LaneKeys lane, Action<long>? looked, CancellationToken cancellationToken)
    {
        // The reply to a final dot may take ten minutes, and whoever waits for it may have died: then it is judged after four leases.
        var tooLong = TimeSpan.FromSeconds(4 * options.LeaseSeconds) + LongestAttempt;
        var reply = (await redis.RunAsync(Script.Examine, lane.Lane, ["lane", (long)tooLong.TotalMilliseconds], cancellationToken).ConfigureAwait(false)).Rows();
        var (order, notCompared) = await CompareAsync(lane, looked, cancellationToken).ConfigureAwait(false);
        var fields = LaneReplies.Pairs(reply[2]);
        var events = reply[11].Texts();
        var facts = new LaneFacts
        {
            Lane = lane.Number,
            At = LaneReplies.Time(reply[0].Text()),
            ClockAhead = LaneReplies.Milliseconds(reply[14]),
            ClockAheadFor = LaneReplies.Milliseconds(reply[15]),
            States = Transitions.Unfinished.ToDictionary(s => s, s => fields.TryGetValue("n:" + Transitions.Word(s), out var n) ? Number(n) : 0),
            FlowsReady = (long)reply[3],
            FlowsLimited = (long)reply[4],
            Later = (long)reply[5],
            Overdue = (long)reply[6],
            LongOverdue = (long)reply[7],
            NextDue = reply[8].Text() is { Length: > 0 } due ? DateTimeOffset.FromUnixTimeMilliseconds(Number(due)) : null,
            Workers = [.. Rows(reply[9]).Select(r => new WorkerSeen(r[0].Text(), Milliseconds(r[1].Text()), (long)r[2])).OrderBy(w => w.Name, StringComparer.Ordinal)],
            SendingTooLong = (long)reply[10],
            EventEntries = Number(events[0]),
            EventsKept = Number(events[1]),
            EventsAge = Milliseconds(events[2]),
            Rules = [.. Rows(reply[12]).Select(r => new RuleFacts(r[0].Text(), r[1].Text(), Milliseconds(r[2].Text()), Number(r[3].Text())))],
            Order = order,
            NotCompared = notCompared,
        };
        return new ExaminedLane(
            facts,
            RedisInfo.Parse(reply[1].Text()),
            [.. Rows(reply[13]).Select(r => new TenantBacklog(r[0].Text(), (long)r[1]))],
            await SizesAsync(lane, cancellationToken).ConfigureAwait(false));
    }

    private async Task<(ReconcileReport?, string?)> CompareAsync(LaneKeys lane, Action<long>? looked, CancellationToken cancellationToken)
    {
        try
        {
            return (await reconciler.LookAsync(lane, looked, cancellationToken).ConfigureAwait(false), null);
        }
        catch (StorageUnavailableException e) when (e.InnerException is RedisServerException refused)
        {
            // The rest is worth all the more.
            return (null, refused.Message);
        }
    }

    private async Task<IReadOnlyList<KeySize>> SizesAsync(LaneKeys lane, CancellationToken cancellationToken)
    {
        var reply = await redis.RunAsync(Script.Examine, lane.Lane, ["sizes"], cancellationToken).ConfigureAwait(false);
        return [.. Rows(reply).Select(r => new KeySize(r[0].Text(), (long)r[1], (long)r[2]))];
    }

    private static IEnumerable<RedisResult[]> Rows(RedisResult rows) => rows.Rows().Select(row => row.Rows());

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(Number(text));

    // A counter that a hand has set may be a fraction.
    private static long Number(string text) => (long)double.Parse(text, CultureInfo.InvariantCulture);
}

/// <param name="Info">Of the server that holds the lane.</param>
internal sealed record ExaminedLane(LaneFacts Facts, Dictionary<string, string> Info, IReadOnlyList<TenantBacklog> Tenants, IReadOnlyList<KeySize> Sizes);
