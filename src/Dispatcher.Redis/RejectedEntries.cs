using Dispatcher.Core.Invitations;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Stream <c>dispatch:rejected</c>: the newest of what the door could not accept, as many entries and bytes of it as the settings allow. Safe
/// for concurrent calls.</summary>
internal sealed class RejectedEntries(RedisConnection redis, QueueOptions options)
{
    // Redis copies them within one call.
    private const int MostBytesPerCall = 2 * 1024 * 1024;
    private const int MostPerCall = 64;

    /// <summary>What is longer can't be an invitation, and its beginning tells enough.</summary>
    internal const int MostBytes = InvitationLimits.MaxBytes;

    private readonly RedisValue[] _limits = [options.MaxRejected, options.MaxRejectedMegabytes * 1024L * 1024];

    public async Task AddAsync(IReadOnlyList<RejectedEntry> rejected, CancellationToken cancellationToken)
    {
        var arguments = new List<RedisValue>(_limits);
        var bytes = 0;
        foreach (var (entry, reason) in rejected)
        {
            var cut = entry.Raw.Length > MostBytes;
            arguments.Add(cut ? $"{reason} (raw: the first {MostBytes} of {entry.Raw.Length} bytes)" : reason);
            arguments.Add(cut ? entry.Raw.AsMemory(0, MostBytes) : entry.Raw);
            arguments.Add(entry.Id);
            bytes += Math.Min(entry.Raw.Length, MostBytes);
            if (bytes >= MostBytesPerCall || arguments.Count > 3 * MostPerCall)
            {
                await CallAsync([.. arguments], cancellationToken).ConfigureAwait(false);
                (arguments, bytes) = (new List<RedisValue>(_limits), 0);
            }
        }

        if (arguments.Count > _limits.Length)
        {
            await CallAsync([.. arguments], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets go of what is too much, after the limits were lowered: some of it.</summary>
    public Task TrimAsync(CancellationToken cancellationToken) => CallAsync(_limits, cancellationToken);

    private Task<RedisResult> CallAsync(RedisValue[] arguments, CancellationToken cancellationToken) =>
        redis.RunAsync(Script.Reject, DispatchKeys.Rejected, arguments, cancellationToken);
}
