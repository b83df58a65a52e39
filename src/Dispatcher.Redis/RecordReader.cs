using System.Globalization;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>The fields of a record's hash as a value; the names are those of <c>lane.lua</c>.</summary>
internal static class RecordReader
{
    /// <returns>Null: no record (expired meanwhile).</returns>
    public static InvitationRecord? Read(HashEntry[] hash)
    {
        var fields = hash.ToDictionary(e => (string)e.Name!, e => e.Value, StringComparer.Ordinal);
        if (!fields.TryGetValue("s", out var word) || !fields.TryGetValue("b", out var body))
        {
            return null;
        }

        var identity = RecordIdentity.Read(Text(fields, "i")!);
        var read = InvitationReader.Read((byte[])body!, new InvitationReadContext(identity.Tenant, identity.Id, identity.CreatedAt));
        var invitation = read.Invitation ?? new Invitation { Tenant = identity.Tenant, Id = identity.Id };
        if (Text(fields, "nm") is { } edited)
        {
            invitation = invitation with { RecipientName = edited };
        }

        var state = Transitions.FromWord(word!);
        var attempt = Number(fields, "a");
        return new InvitationRecord
        {
            Invitation = invitation,
            State = state,
            Status = Shown(state, attempt, Text(fields, "st")),
            Detail = Text(fields, "d"),
            CreatedAt = identity.CreatedAt,
            SentAt = Time(fields, "sent"),
            Attempt = attempt,
            NextAttemptAt = state is State.Scheduled or State.Deferred ? Time(fields, "due") : null,
            Reply = Text(fields, "r"),
            AcceptedBy = Text(fields, "acc"),
            Revision = Revision(Text(fields, "x")),
            Holder = state is State.Claimed or State.Sending ? Text(fields, "w") : null,
            Trail = Trail(fields, identity),
        };
    }

    /// <summary>The same rule as <c>shown</c> in <c>lane.lua</c>.</summary>
    private static Status Shown(State state, int attempt, string? status) => state switch
    {
        State.Final => status is not null && StatusCatalog.TryParse(status, out var final) ? final : Status.InternalError,
        State.Sending => Status.Sending,
        State.Deferred => Status.ScheduledForLater,
        _ => attempt > 0 ? Status.ScheduledForLater : Status.Queued,
    };

    private static List<TrailEntry> Trail(Dictionary<string, RedisValue> fields, RecordIdentity identity)
    {
        var trail = new List<TrailEntry> { new(identity.StoredAt, null, "queued", identity.Door, null) };
        foreach (var line in (Text(fields, "tr") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split('\t', 4);
            trail.Add(new TrailEntry(LaneReplies.Time(parts[0]), trail[^1].To, parts[1], parts[2], parts[3].Length == 0 ? null : parts[3]));
        }

        return trail;
    }

    /// <summary>Of the rare ones in field <c>x</c>: <c>rev=1;q=2026-11;</c>.</summary>
    private static int Revision(string? rest)
    {
        var at = rest is null ? -1 : (";" + rest).IndexOf(";rev=", StringComparison.Ordinal);
        return at < 0 ? 0 : int.Parse(rest.AsSpan(at + 4, rest!.IndexOf(';', at) - at - 4), CultureInfo.InvariantCulture);
    }

    private static string? Text(Dictionary<string, RedisValue> fields, string name) =>
        fields.TryGetValue(name, out var value) && value.HasValue && (string)value! is { Length: > 0 } text ? text : null;

    private static int Number(Dictionary<string, RedisValue> fields, string name) =>
        Text(fields, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;

    private static DateTimeOffset? Time(Dictionary<string, RedisValue> fields, string name) =>
        Text(fields, name) is { } text ? LaneReplies.Time(text) : null;
}
