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

    /// <param name="rejected">What is kept is taken off it: should a call fail, the next one goes on there.</param>
    public async Task AddAsync(List<RejectedEntry> rejected, CancellationToken cancellationToken)
    {
        while (rejected.Count > 0)
        {
            var arguments = new List<RedisValue>(_limits);
            var (taken, bytes) = (0, 0);
            while (taken < Math.Min(rejected.Count, MostPerCall) && bytes < MostBytesPerCall)
            {
                var (entry, reason) = rejected[taken++];
                var cut = entry.Bytes > MostBytes;
                arguments.Add(cut ? $"{reason} (raw: the first {MostBytes} of {entry.Bytes} bytes)" : reason);
                arguments.Add(cut ? entry.Raw.AsMemory(0, MostBytes) : entry.Raw);
                arguments.Add(entry.Id);
                bytes += Math.Min(entry.Raw.Length, MostBytes);
            }

            await CallAsync([.. arguments], cancellationToken).ConfigureAwait(false);
            rejected.RemoveRange(0, taken);
        }
    }

    /// <summary>Lets go of what is too much, after the limits were lowered: some of it.</summary>
    public Task TrimAsync(CancellationToken cancellationToken) => CallAsync(_limits, cancellationToken);

    private Task<RedisResult> CallAsync(RedisValue[] arguments, CancellationToken cancellationToken) =>
        redis.RunAsync(Script.Reject, DispatchKeys.Rejected, arguments, cancellationToken);
}
