using System.Globalization;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>What the doctor asks of the door. A door that nobody has opened yet is empty.</summary>
internal sealed class DoorExaminer(RedisConnection redis)
{
    private const int MostPending = 1000;
    private const long LongPending = 60_000;

    public async Task<DoorFacts> ExamineAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var group = (await FieldsAsync(["GROUPS", DispatchKeys.Intake], cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(fields => fields["name"] == DispatchKeys.Group);
        var consumers = group is null ? [] : await FieldsAsync(["CONSUMERS", DispatchKeys.Intake, DispatchKeys.Group], cancellationToken).ConfigureAwait(false);
        var unread = await AskAsync("XRANGE", cancellationToken, DispatchKeys.Intake, group is null ? "-" : "(" + group["last-delivered-id"], "+", "COUNT", 1).ConfigureAwait(false);
        var oldest = unread?.Rows().Select(e => e.Rows()[0].Text()).FirstOrDefault();
        var pending = group is null
            ? null
            : await AskAsync("XPENDING", cancellationToken, DispatchKeys.Intake, DispatchKeys.Group, "IDLE", LongPending, "-", "+", MostPending).ConfigureAwait(false);
        return new DoorFacts
        {
            Entries = await LengthAsync(DispatchKeys.Intake, cancellationToken).ConfigureAwait(false),
            Lag = group is not null && group.TryGetValue("lag", out var lag) && long.TryParse(lag, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : null,
            OldestUnread = oldest is null ? TimeSpan.Zero : Positive(now - LaneReplies.Time(oldest.AsSpan(0, oldest.IndexOf('-', StringComparison.Ordinal)))),
            Readers = [.. consumers.Select(DoorConsumer.Of).Select(c => new DoorReader(c.Name, c.Pending, c.Idle)).OrderBy(r => r.Worker, StringComparer.Ordinal)],
            PendingLong = pending?.Rows().Length ?? 0,
            Rejected = await LengthAsync(DispatchKeys.Rejected, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<long> LengthAsync(RedisKey stream, CancellationToken cancellationToken) =>
        (long)(await AskAsync("XLEN", cancellationToken, stream).ConfigureAwait(false))!;

    private async Task<IReadOnlyList<Dictionary<string, string>>> FieldsAsync(object[] arguments, CancellationToken cancellationToken)
    {
        var reply = await AskAsync("XINFO", cancellationToken, arguments).ConfigureAwait(false);
        return reply is null ? [] : [.. reply.Rows().Select(LaneReplies.Pairs)];
    }

    /// <summary>Null: there is no such stream or group.</summary>
    private Task<RedisResult?> AskAsync(string command, CancellationToken cancellationToken, params object[] arguments) => redis.CallAsync(
        async database =>
        {
            try
            {
                return await database.ExecuteAsync(command, arguments).ConfigureAwait(false);
            }
            catch (RedisServerException e) when (e.Message.StartsWith("NOGROUP", StringComparison.Ordinal) || e.Message.StartsWith("ERR no such key", StringComparison.Ordinal))
            {
                return (RedisResult?)null;
            }
        },
        cancellationToken);

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
