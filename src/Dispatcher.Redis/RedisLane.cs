using System.Globalization;
using Dispatcher.Core.Pipeline;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>A lane in Redis: each member is one script.</summary>
public sealed class RedisLane(RedisConnection redis, LaneKeys keys, QueueOptions options, string worker) : ILane, IDisposable
{
    private const int MostPromoted = 500;
    private const int MostReturned = 500;

    // Written by the subscription, read by the claimer.
    private readonly SemaphoreSlim _wake = new(0, 1);
    private bool _subscribed;

    // Written and read by the claimer: the last claim stopped before the end of the queues.
    private bool _more;

    public int Number => keys.Number;

    private long LeaseMilliseconds => options.LeaseSeconds * 1000L;

    public async Task<ClaimAnswer> ClaimAsync(long call, int most, CancellationToken cancellationToken)
    {
        var reply = await redis.RunAsync(Script.Claim, keys.Lane, [worker, call, most], cancellationToken).ConfigureAwait(false);
        var fields = (RedisResult[])reply;
        var entries = (RedisResult[])fields[1];
        _more = (int)fields[2] == 1;
        return new ClaimAnswer(Array.ConvertAll(entries, LaneReplies.Claimed), 0, null);
    }

    public async Task<IReadOnlyList<StepAnswer>> AdvanceAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        var arguments = new List<RedisValue>(3 + (steps.Count * 11)) { worker, Milliseconds(options.FinalRetention), Milliseconds(options.IdRetention) };
        foreach (var step in steps)
        {
            StepArguments.Append(arguments, step);
        }

        var reply = await redis.RunAsync(Script.Advance, keys.Lane, [.. arguments], cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll((RedisResult[])reply, LaneReplies.Answer);
    }

    public async Task<BeatAnswer> BeatAsync(CancellationToken cancellationToken)
    {
        RedisValue[] arguments = [worker, LeaseMilliseconds, MostReturned, Milliseconds(options.FinalRetention), Milliseconds(options.IdRetention)];
        var reply = (RedisResult[])await redis.RunAsync(Script.Return, keys.Lane, arguments, cancellationToken).ConfigureAwait(false);
        return new BeatAnswer((int)reply[1], (int)reply[2], (int)reply[3]);
    }

    public async Task<PromoteAnswer> PromoteAsync(CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])await redis.RunAsync(Script.Promote, keys.Lane, [MostPromoted], cancellationToken).ConfigureAwait(false);
        var next = long.Parse((string)reply[1], CultureInfo.InvariantCulture);
        var moved = (int)reply[0];
        return new PromoteAnswer(moved, next < 0 ? null : TimeSpan.FromMilliseconds(next));
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
            await redis.SubscribeAsync(keys.Wake, Wake, cancellationToken).ConfigureAwait(false);
            _subscribed = true;
            return;
        }

        if (_more)
        {
            return;
        }

        await _wake.WaitAsync(longest, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _wake.Dispose();

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Woken already.
        }
        catch (ObjectDisposedException)
        {
            // A last message while the host goes down.
        }
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
