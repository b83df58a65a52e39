using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// How much a lane may still take in: the door closes by the unfinished of all lanes, and a script sees its own lane alone. The others' numbers are
/// read in one go, four times a second at most, and what this process puts in is added meanwhile. So the backlog may exceed its bound by what other
/// processes have put into other lanes since; a lane alone never does. A lane that can't be asked counts as before, and nobody waits long
/// for it. Safe for concurrent calls.
/// </summary>
public sealed class LaneBacklogs(RedisConnection redis, QueueLanes lanes, IOptions<QueueOptions> options, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly RedisValue[] Counters = [.. Transitions.Unfinished.Select(state => (RedisValue)("n:" + Transitions.Word(state)))];

    private readonly int _most = options.Value.MaxBacklog;
    private readonly long[] _counts = new long[lanes.Count]; // by Interlocked
    private readonly Lock _gate = new();
    private Task _look = Task.CompletedTask;
    private long? _looked;

    /// <summary>Returns when the numbers are new enough to go by.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        if (_most == 0 || lanes.Count == 1)
        {
            return;
        }

        Task look;
        lock (_gate)
        {
            if (_look.IsCompleted)
            {
                if (_looked is { } at && time.GetElapsedTime(at) < LookEvery)
                {
                    return;
                }

                _looked = time.GetTimestamp();
                _look = Task.WhenAll(lanes.All.Select(lane => CountAsync(lane)));
            }

            look = _look;
        }

        await look.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The unfinished at which this lane is full, for <c>intake.lua</c>, which knows exactly how many it has. Null: no limit.</summary>
    public long? MostOf(LaneKeys lane) => _most == 0 ? null : _most - Enumerable.Range(0, _counts.Length).Where(n => n != lane.Number).Sum(n => Interlocked.Read(ref _counts[n]));

    public void Accepted(LaneKeys lane, int count) => Interlocked.Add(ref _counts[lane.Number], count);

    private async Task CountAsync(LaneKeys lane)
    {
        try
        {
            var counts = await redis.CallAsync(d => d.HashGetAsync(lane.Lane, Counters), CancellationToken.None).ConfigureAwait(false);
            Interlocked.Exchange(ref _counts[lane.Number], counts.Sum(n => (long)n));
        }
        catch (StorageUnavailableException)
        {
            // It takes in nothing either.
        }
    }
}
