using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>What dead workers leave at the door: consumers of the group that nobody is behind any more; and entries kept in
/// <c>dispatch:rejected</c> beyond the settings, when those were lowered.</summary>
public sealed class DoorKeeper(RedisConnection redis, WorkerName worker, IOptions<QueueOptions> options)
{
    private readonly RejectedEntries _rejected = new(redis, options.Value);

    /// <summary>A living worker shows itself every ten seconds, when it looks for abandoned entries.</summary>
    internal TimeSpan DeadAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <returns>How many consumers went.</returns>
    public async Task<int> TidyAsync(CancellationToken cancellationToken)
    {
        var gone = 0;
        foreach (var consumer in await ConsumersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (consumer.Name == worker.Value || consumer.Pending > 0 || consumer.Idle < DeadAfter)
            {
                continue;
            }

            // The script looks again for pending entries: they would be lost with their consumer.
            var left = await redis.RunAsync(Script.LeaveDoor, DispatchKeys.Intake, [DispatchKeys.Group, consumer.Name], cancellationToken).ConfigureAwait(false);
            gone += (int)left;
        }

        await _rejected.TrimAsync(cancellationToken).ConfigureAwait(false);
        return gone;
    }

    /// <summary>All consumers of the door's group; none while there is no door yet.</summary>
    internal async Task<IReadOnlyList<DoorConsumer>> ConsumersAsync(CancellationToken cancellationToken)
    {
        var reply = await redis.CallAsync(
            async database =>
            {
                try
                {
                    return await database.ExecuteAsync("XINFO", "CONSUMERS", DispatchKeys.Intake, DispatchKeys.Group).ConfigureAwait(false);
                }
                catch (RedisServerException e) when (e.Message.StartsWith("NOGROUP", StringComparison.Ordinal) || e.Message.StartsWith("ERR no such key", StringComparison.Ordinal))
                {
                    return null;
                }
            },
            cancellationToken).ConfigureAwait(false);
        return reply is null ? [] : [.. reply.Rows().Select(LaneReplies.Pairs).Select(DoorConsumer.Of)];
    }
}
