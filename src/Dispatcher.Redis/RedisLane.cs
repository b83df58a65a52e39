using System.Globalization;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Pipeline;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>A lane in Redis: each member is one script.</summary>
public sealed class RedisLane(RedisConnection redis, LaneKeys keys, QueueOptions options, string worker, TimeProvider time) : ILane, IDisposable
{
    // What one call may do: each is about a millisecond or two of Redis' time.
    private const int MostPromoted = 250;
    private const int MostReturned = 250;

    private readonly RecipientShards _recipients = new(redis);

    // Written by the subscription, read by the claimer.
    private readonly Signal _wake = new(time);
    private bool _subscribed;

    // Written and read by the claimer: destination groups and the tokens lent for them, for the next claim.
    private List<RedisValue> _lent = [];

    public int Number => keys.Number;

    private long LeaseMilliseconds => options.LeaseSeconds * 1000L;

    public async Task<ClaimAnswer> ClaimAsync(long call, int most, int round, CancellationToken cancellationToken)
    {
        RedisValue[] arguments = [worker, call, most, options.VisitEntries, round, .. _lent];
        var fields = (await redis.RunAsync(Script.Claim, keys.Lane, arguments, cancellationToken).ConfigureAwait(false)).Rows();
        _lent = [];
        var claimed = fields[1].Text().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // Should this fail, the same call is made again and gets the same.
        var records = claimed.Length == 0
            ? []
            : await redis.CallAsync(d => d.StringGetAsync(Array.ConvertAll(claimed, keys.Record), CommandFlags.DemandMaster), cancellationToken).ConfigureAwait(false);
        var entries = LaneReplies.Claimed(claimed, fields[2].Texts(), records, fields[3].Texts());
        var milliseconds = (long)fields[5];
        TimeSpan? next = milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds);
        var borrowed = await BorrowAsync(fields[6].Texts(), cancellationToken).ConfigureAwait(false);
        return new ClaimAnswer(entries, (double)fields[4], borrowed < next || next is null ? borrowed : next);
    }

    public async Task<IReadOnlyList<StepAnswer>> AdvanceAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        // Both at once, for little is known of hardly anybody; and nothing has been written yet when both have answered.
        var known = _recipients.FindAsync([.. steps.Select(step => step.Kind == StepKind.Start ? step.RecipientHash : "")], cancellationToken);
        var answers = await AdvanceInLaneAsync(steps, cancellationToken).ConfigureAwait(false);
        await TakeBackAsync(steps, answers, await known.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return answers;
    }

    private async Task<StepAnswer[]> AdvanceInLaneAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        var reply = await redis.RunAsync(Script.Advance, keys.Lane, StepArguments.Of(worker, steps), cancellationToken).ConfigureAwait(false);
        return LaneReplies.Answers(reply.Texts(), steps.Count);
    }

    /// <summary>Starts of which more is known now than was decided on: taken back, still held, to be decided again.</summary>
    private async Task TakeBackAsync(IReadOnlyList<Step> steps, StepAnswer[] answers, RecipientFacts[] recipients, CancellationToken cancellationToken)
    {
        var started = Enumerable.Range(0, answers.Length).Where(i => recipients[i] != steps[i].Recipient && answers[i].Kind == StepAnswerKind.Ok && steps[i].RecipientHash.Length > 0).ToArray();
        if (started.Length == 0)
        {
            return;
        }

        var unstarted = await AdvanceInLaneAsync(
            Array.ConvertAll(started, i => new Step { Kind = StepKind.Unstart, Key = steps[i].Key, Attempt = steps[i].Attempt + 1 }),
            cancellationToken).ConfigureAwait(false);
        for (var n = 0; n < started.Length; n++)
        {
            var answer = unstarted[n];
            answers[started[n]] = answer.Facts is { } facts ? answer with { Facts = facts with { Recipient = recipients[started[n]] } } : answer;
        }
    }

    public async Task<BeatAnswer> BeatAsync(CancellationToken cancellationToken)
    {
        RedisValue[] arguments =
        [
            worker, LeaseMilliseconds, MostReturned, options.MaxEvents, Milliseconds(options.EventRetention),
        ];
        var (sent, started) = (time.GetUtcNow(), time.GetTimestamp());
        var reply = (await redis.RunAsync(Script.Return, keys.Lane, arguments, cancellationToken).ConfigureAwait(false)).Rows();
        var took = time.GetElapsedTime(started);
        var (back, uncertain, poisoned) = ((int)reply[2], (int)reply[3], (int)reply[4]);
        if ((int)reply[6] == 1)
        {
            // Should a message of the channel have been missed, this is a second late.
            _wake.Set();
        }

        var clockAhead = LaneReplies.Milliseconds(reply[7]);
        return new BeatAnswer((int)reply[1], back, uncertain, poisoned, Until(reply[5].Text()), back + uncertain + poisoned > 0)
        {
            ClockAhead = clockAhead,
            AheadOfHost = HostClock.Ahead(LaneReplies.Time(reply[0].Text()) - clockAhead, sent, took),
        };
    }

    public async Task<PromoteAnswer> PromoteAsync(CancellationToken cancellationToken)
    {
        var reply = (await redis.RunAsync(Script.Promote, keys.Lane, [MostPromoted], cancellationToken).ConfigureAwait(false)).Rows();
        return new PromoteAnswer((int)reply[0], Until(reply[1].Text()));
    }

    public async Task<IReadOnlyList<string>> HeldAsync(CancellationToken cancellationToken)
    {
        var members = await redis.CallAsync(d => d.SetMembersAsync(keys.Held(worker)), cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll(members, m => (string)m!);
    }

    public Task LeaveAsync(CancellationToken cancellationToken) =>
        redis.RunAsync(Script.Leave, keys.Lane, [worker], cancellationToken);

    public async Task WaitForWorkAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        if (!_subscribed)
        {
            await redis.SubscribeAsync(keys.Wake, _wake.Set, cancellationToken).ConfigureAwait(false);
            _subscribed = true;
            return;
        }

        await _wake.WaitAsync(longest, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _wake.Dispose();

    /// <summary>Asks for tokens of destination groups whose rate the lanes share.</summary>
    /// <param name="wanted">Group, tokens, rate, burst; in turn.</param>
    /// <returns>When to claim again for their sake; null: nothing is wanted.</returns>
    private async Task<TimeSpan?> BorrowAsync(string[] wanted, CancellationToken cancellationToken)
    {
        TimeSpan? soonest = null;
        for (var i = 0; i < wanted.Length; i += 4)
        {
            RedisValue[] arguments = [wanted[i + 2], wanted[i + 3], wanted[i + 1]];
            var reply = (await redis.RunAsync(Script.Lend, DispatchKeys.Lent(wanted[i]), arguments, cancellationToken).ConfigureAwait(false)).Rows();
            var (lent, wait) = ((int)reply[0], TimeSpan.FromMilliseconds((long)reply[1]));
            if (lent > 0)
            {
                _lent.AddRange([wanted[i], lent]);
                wait = TimeSpan.Zero;
            }

            soonest = soonest is { } known && known < wait ? known : wait;
        }

        return soonest;
    }

    private static TimeSpan? Until(string milliseconds) =>
        long.Parse(milliseconds, CultureInfo.InvariantCulture) is >= 0 and var left ? TimeSpan.FromMilliseconds(left) : null;

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
