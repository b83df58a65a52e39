using System.Text;
using Dispatcher.Core.Metrics;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// The commands of the door. Reads block in Redis on a connection of their own, so that an entry is seen at once and nothing else waits
/// behind the read. Used by one loop.
/// </summary>
public sealed class IntakeStream(RedisConnection redis, IOptions<RedisOptions> options, IOptions<QueueOptions> queue, WorkerName worker, TimeProvider time, DispatcherMetrics metrics) : IAsyncDisposable
{
    /// <summary>Entries of one read, at most.</summary>
    public const int MostRead = 500;

    // Shorter than a call may take: else a read that finds nothing would count as failed.
    private readonly int _blockMilliseconds = (int)Math.Min(2500, options.Value.CallTimeout.TotalMilliseconds / 2);

    private readonly RejectedEntries _rejected = new(redis, queue.Value);
    private readonly RedisConnection _blocking = new(options, time, metrics);
    private bool _grouped;

    /// <summary>Creates stream and group unless they exist. Over its maxmemory Redis refuses that even if they do: the door is left unread then anyway.</summary>
    public async Task EnsureGroupAsync(CancellationToken cancellationToken)
    {
        if (_grouped)
        {
            return;
        }

        await redis.CallAsync(
            async database =>
            {
                try
                {
                    return await database.ExecuteAsync("XGROUP", "CREATE", DispatchKeys.Intake, DispatchKeys.Group, "0", "MKSTREAM").ConfigureAwait(false);
                }
                catch (RedisServerException e) when (e.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
                {
                    return null!;
                }
            },
            cancellationToken).ConfigureAwait(false);
        _grouped = true;
    }

    /// <summary>New entries; waits a while for the first.</summary>
    public async Task<IReadOnlyList<IntakeEntry>> ReadAsync(CancellationToken cancellationToken)
    {
        var reply = await GroupCallAsync(
            _blocking,
            d => d.ExecuteAsync(
                "XREADGROUP", "GROUP", DispatchKeys.Group, worker.Value, "COUNT", MostRead, "BLOCK", _blockMilliseconds, "STREAMS", DispatchKeys.Intake, ">"),
            cancellationToken).ConfigureAwait(false);
        return reply.IsNull ? [] : Entries(reply.Rows()[0].Rows()[1]);
    }

    /// <summary>Entries that another worker read and did not acknowledge for <paramref name="idle"/>.</summary>
    public async Task<IReadOnlyList<IntakeEntry>> TakeOverAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        var reply = await GroupCallAsync(
            redis,
            d => d.ExecuteAsync(
                "XAUTOCLAIM", DispatchKeys.Intake, DispatchKeys.Group, worker.Value, (long)idle.TotalMilliseconds, "0", "COUNT", MostRead),
            cancellationToken).ConfigureAwait(false);
        return Entries(reply.Rows()[1]);
    }

    public Task AcknowledgeAsync(IReadOnlyList<IntakeEntry> entries, CancellationToken cancellationToken) =>
        redis.CallAsync(
            async database =>
            {
                object[] ids = [.. entries.Select(e => e.Id)];
                // Deleted first: what is only deleted drops out at the next XAUTOCLAIM; what is only acknowledged would stay in the stream.
                var deleted = database.ExecuteAsync("XDEL", [DispatchKeys.Intake, .. ids]);
                var acknowledged = database.ExecuteAsync("XACK", [DispatchKeys.Intake, DispatchKeys.Group, .. ids]);
                await deleted.ConfigureAwait(false);
                return await acknowledged.ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Shows that entries are still in hand: nobody takes over what was shown so within the time for that.</summary>
    /// <returns>Those that still belong to this worker. The others were taken over: whoever has them now deals with them.</returns>
    public async Task<IReadOnlySet<string>> HoldAsync(IReadOnlyList<IntakeEntry> entries, CancellationToken cancellationToken)
    {
        RedisValue[] arguments = [DispatchKeys.Group, worker.Value, .. entries.Select(e => (RedisValue)e.Id)];
        var own = await redis.RunAsync(Script.Hold, DispatchKeys.Intake, arguments, cancellationToken).ConfigureAwait(false);
        return own.Texts().ToHashSet();
    }

    /// <inheritdoc cref="RejectedEntries.AddAsync"/>
    public Task RejectAsync(List<RejectedEntry> rejected, CancellationToken cancellationToken) => _rejected.AddAsync(rejected, cancellationToken);

    /// <summary>Leaves the group if nothing is pending; what is pending would be lost with the consumer.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            // One step in Redis: a read that still waits there could get an entry between the question and the deletion.
            await redis.RunAsync(Script.LeaveDoor, DispatchKeys.Intake, [DispatchKeys.Group, worker.Value], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Core.Storage.StorageUnavailableException)
        {
            // An empty consumer that stays behind does no harm.
        }
    }

    public ValueTask DisposeAsync() => _blocking.DisposeAsync();

    /// <summary>After FLUSHALL or a restart without data the group is gone: it is made anew at the next turn.</summary>
    private async Task<RedisResult> GroupCallAsync(RedisConnection connection, Func<IDatabase, Task<RedisResult>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.CallAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (Core.Storage.StorageUnavailableException e) when (e.InnerException is RedisServerException { Message: var text } && text.StartsWith("NOGROUP", StringComparison.Ordinal))
        {
            _grouped = false;
            throw;
        }
    }

    private static List<IntakeEntry> Entries(RedisResult reply)
    {
        var entries = new List<IntakeEntry>();
        foreach (var entry in reply.Rows().Where(e => !e.IsNull).Select(e => e.Rows()))
        {
            // A deleted entry that was pending comes back without fields.
            entries.Add(entry[1].IsNull ? new IntakeEntry(entry[0].Text(), null, []) : Entry(entry[0].Text(), (byte[][])entry[1]!));
        }

        return entries;
    }

    private static IntakeEntry Entry(string id, byte[][] fields)
    {
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            if (fields[i].AsSpan().SequenceEqual("invitation"u8))
            {
                return new IntakeEntry(id, fields[i + 1], fields[i + 1]);
            }
        }

        var raw = new MemoryStream();
        foreach (var field in fields)
        {
            raw.Write(field);
            raw.WriteByte((byte)' ');
        }

        return new IntakeEntry(id, null, raw.ToArray());
    }
}
