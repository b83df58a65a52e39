using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// How much a lane may still take in: the door closes by the unfinished of all lanes, and a script sees its own lane alone. The others' numbers are
/// read in one go, four times a second at most, and what this process puts in is added meanwhile. So the backlog may exceed its bound by what other
/// processes have put into other lanes since; a lane alone never does. A lane that does not answer counts as before, and takes in nothing either. It is
/// waited for once, for a second at most; then it is asked beside the others, and nobody waits for it until it has answered. Safe for concurrent calls.
/// </summary>
public sealed class LaneBacklogs
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly RedisValue[] Counters = [.. Transitions.Unfinished.Select(state => (RedisValue)("n:" + Transitions.Word(state)))];

    private readonly int _most;
    private readonly Known[] _lanes;
    private readonly Func<LaneKeys, Task<long>> _count;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Task? _round;
    private long _begun;

    public LaneBacklogs(RedisConnection redis, QueueLanes lanes, IOptions<QueueOptions> options, TimeProvider time)
        : this(lanes.All, options.Value.MaxBacklog, lane => CountAsync(redis, lane), time)
    {
    }

    /// <param name="count">Of a lane's unfinished.</param>
    internal LaneBacklogs(IReadOnlyList<LaneKeys> lanes, int most, Func<LaneKeys, Task<long>> count, TimeProvider time)
    {
        (_most, _count, _time) = (most, count, time);
        _lanes = [.. lanes.Select(lane => new Known(lane))];
    }

    /// <summary>Returns when the numbers are new enough to go by.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        if (_most == 0 || _lanes.Length == 1)
        {
            return;
        }

        Task round;
        TimeSpan age;
        lock (_gate)
        {
            age = _time.GetElapsedTime(_begun);
            if (_round is null || age >= (_round.IsCompleted ? LookEvery : Patience))
            {
                (_begun, age) = (_time.GetTimestamp(), TimeSpan.Zero);
                _round = BeginRound_NeedsLock();
            }

            round = _round;
        }

        await round.WaitAsync(Patience - age, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The unfinished at which this lane is full, for <c>intake.lua</c>, which knows exactly how many it has. Null: no limit.</summary>
    public long? MostOf(LaneKeys lane) => _most == 0 ? null : _most - _lanes.Where((_, n) => n != lane.Number).Sum(other => Interlocked.Read(ref other.Count));

    public void Accepted(LaneKeys lane, int count) => Interlocked.Add(ref _lanes[lane.Number].Count, count);

    /// <summary>Asks each lane, but for those that have been asked and hang. Ends with the answers of those that answered last time.</summary>
    private Task BeginRound_NeedsLock()
    {
        var answering = new List<Task>(_lanes.Length);
        foreach (var lane in _lanes.Where(lane => lane.Look.IsCompleted))
        {
            var silent = lane.Silent;
            lane.Look = LookAtAsync(lane);
            if (!silent)
            {
                answering.Add(lane.Look);
            }
        }

        return Task.WhenAll(answering);
    }

    private async Task LookAtAsync(Known lane)
    {
        try
        {
            Interlocked.Exchange(ref lane.Count, await _count(lane.Keys).ConfigureAwait(false));
            lane.Silent = false;
        }
        catch (StorageUnavailableException)
        {
            lane.Silent = true;
        }
    }

    private static async Task<long> CountAsync(RedisConnection redis, LaneKeys lane) =>
        (await redis.CallAsync(d => d.HashGetAsync(lane.Lane, Counters), CancellationToken.None).ConfigureAwait(false)).Sum(n => (long)n);

    private sealed class Known(LaneKeys keys)
    {
        public LaneKeys Keys { get; } = keys;

        // By Interlocked.
        public long Count;

        // Written by its look, read by whoever begins the next.
        public volatile bool Silent;

        public Task Look { get; set; } = Task.CompletedTask;
    }
}
