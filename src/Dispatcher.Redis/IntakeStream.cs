using Dispatcher.Core.Invitations;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// The commands of the door. Reads block in Redis on a connection of their own, so that an entry is seen at once and nothing else waits
/// behind the read, nor breaks with it: an entry may be as large as Redis takes it, and a reply with many of them larger than memory or the network
/// allow. Used by one loop.
/// </summary>
public sealed class IntakeStream(RedisConnection redis, IOptions<RedisOptions> options, IOptions<QueueOptions> queue, WorkerName worker, TimeProvider time, DispatcherMetrics metrics) : IAsyncDisposable
{
    /// <summary>Entries of one read, at most.</summary>
    public const int MostRead = 500;

    // What a read should bring at most, and how much of an entry: more than an invitation may have, beside the name of its field.
    private const int BytesOfOneRead = 4 * 1024 * 1024;
    private const int BytesOfOneEntry = InvitationLimits.MaxBytes + 1024;

    // Shorter than a call may take: else a read that finds nothing would count as failed.
    private readonly int _blockMilliseconds = (int)Math.Min(2500, options.Value.CallTimeout.TotalMilliseconds / 2);

    private readonly RejectedEntries _rejected = new(redis, queue.Value);
    private readonly RedisConnection _blocking = new(options, time, metrics);
    private bool _grouped;

    // Entries of the next read. One at first, and after silence: nothing is known of what comes.
    private int _most = 1;

    // Taken over and not fetched yet, and bytes of the next fetch.
    private readonly Queue<string> _taken = new();
    private int _mostBytes = BytesOfOneRead;

    /// <summary>Whether the last read left entries behind that were there already, as far as it knows.</summary>
    public bool MoreWait { get; private set; }

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

    /// <summary>New entries; waits a while for the first. As many as the last ones let expect to be small enough together, and at most twice as many
    /// as before. Should a read fail, what Redis gave for it is taken over like anything that was abandoned.</summary>
    public async Task<IReadOnlyList<IntakeEntry>> ReadAsync(CancellationToken cancellationToken)
    {
        var asked = _most;
        // If this fails, it may have been too much.
        _most = 1;
        var entries = await GroupCallAsync(
            async () =>
            {
                var reply = await _blocking.CallAsync(
                    d => d.ExecuteAsync("XREADGROUP", "GROUP", DispatchKeys.Group, worker.Value, "COUNT", asked, "BLOCK", _blockMilliseconds, "STREAMS", DispatchKeys.Intake, ">"),
                    cancellationToken).ConfigureAwait(false);
                return reply.IsNull ? [] : reply.Rows()[0].Rows()[1].Rows().Select(e => Entry(e.Rows()[0].Text(), (byte[][])e.Rows()[1]!)).ToArray();
            }).ConfigureAwait(false);
        var bytes = entries.Sum(e => e.Bytes);
        _most = (int)Math.Clamp((long)BytesOfOneRead * entries.Length / Math.Max(1, bytes), 1, Math.Min(2 * asked, MostRead));
        MoreWait = entries.Length == asked;
        return entries;
    }

    /// <summary>Some of the entries that were read by any worker and not acknowledged for <paramref name="idle"/>; none: there are no more. They may
    /// have been left because they are too large, so only their ids are taken over at once, and no more is read of one than can be of use.</summary>
    public Task<IReadOnlyList<IntakeEntry>> TakeOverAsync(TimeSpan idle, CancellationToken cancellationToken) => GroupCallAsync<IReadOnlyList<IntakeEntry>>(
        async () =>
        {
            if (_taken.Count == 0)
            {
                var reply = await _blocking.CallAsync(
                    d => d.ExecuteAsync(
                        "XAUTOCLAIM", DispatchKeys.Intake, DispatchKeys.Group, worker.Value, (long)idle.TotalMilliseconds, "0", "COUNT", MostRead, "JUSTID"),
                    cancellationToken).ConfigureAwait(false);
                Array.ForEach(reply.Rows()[1].Texts(), _taken.Enqueue);
            }

            var entries = new List<IntakeEntry>();
            while (entries.Count == 0 && _taken.Count > 0)
            {
                foreach (var fetched in await FetchAsync(cancellationToken).ConfigureAwait(false))
                {
                    var entry = Entry(fetched[0].Text(), (byte[][])fetched[1]!);
                    entries.Add(entry with { Bytes = entry.Bytes + (long)fetched[2] });
                }
            }

            return entries;
        });

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
        catch (StorageUnavailableException)
        {
            // An empty consumer that stays behind does no harm.
        }
    }

    public ValueTask DisposeAsync() => _blocking.DisposeAsync();

    /// <summary>Some of what was taken over: a row of each that is still there and this worker's.</summary>
    private async Task<IEnumerable<RedisResult[]>> FetchAsync(CancellationToken cancellationToken)
    {
        var asked = _mostBytes;
        // If this fails, the network may be too slow for so much: then one entry at a time.
        _mostBytes = 1;
        try
        {
            RedisValue[] arguments = [DispatchKeys.Group, worker.Value, BytesOfOneEntry, asked, .. _taken.Select(id => (RedisValue)id)];
            var reply = (await _blocking.RunAsync(Script.Fetch, DispatchKeys.Intake, arguments, cancellationToken).ConfigureAwait(false)).Rows();
            _mostBytes = Math.Clamp(2 * asked, BytesOfOneEntry, BytesOfOneRead);
            for (var looked = (int)reply[0]; looked > 0; looked--)
            {
                _taken.Dequeue();
            }

            return reply.Skip(1).Select(row => row.Rows());
        }
        catch (StorageUnavailableException) when (asked == 1)
        {
            // It stays pending, and its turn comes again: the others don't wait for it.
            _taken.Dequeue();
            throw;
        }
    }

    /// <summary>After FLUSHALL or a restart without data the group is gone: it is made anew at the next turn.</summary>
    private async Task<T> GroupCallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (StorageUnavailableException e) when (e.InnerException is RedisServerException { Message: var text } && text.StartsWith("NOGROUP", StringComparison.Ordinal))
        {
            _grouped = false;
            _taken.Clear();
            throw;
        }
        catch (OutOfMemoryException e)
        {
            throw new StorageUnavailableException($"what was read of {DispatchKeys.Intake} is larger than memory", e);
        }
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
