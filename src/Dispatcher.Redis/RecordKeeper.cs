using System.Globalization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Takes away what ended long enough ago: the record after <c>Queue:FinalRetention</c>, its id after <c>Queue:IdRetention</c>. Every worker
/// may; a call more does no harm.</summary>
public sealed class RecordKeeper(RedisConnection redis, IOptions<QueueOptions> options, TimeProvider time)
{
    // A call is about a millisecond of Redis' time.
    private const int MostPerCall = 128;
    private static readonly TimeSpan AtATime = TimeSpan.FromMilliseconds(500);

    /// <returns>When to come again; null: nothing has ended that is still kept.</returns>
    public async Task<TimeSpan?> ForgetAsync(LaneKeys lane, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        TimeSpan? next;
        do
        {
            RedisValue[] arguments = [MostPerCall, Milliseconds(options.Value.FinalRetention), Milliseconds(options.Value.IdRetention)];
            var reply = (await redis.RunAsync(Script.Forget, lane.Lane, arguments, cancellationToken).ConfigureAwait(false)).Rows();
            var left = long.Parse(reply[1].Text(), CultureInfo.InvariantCulture);
            next = left < 0 ? null : TimeSpan.FromMilliseconds(left);
        }
        while (next == TimeSpan.Zero && time.GetElapsedTime(began) < AtATime);

        return next;
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
