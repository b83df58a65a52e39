using System.Globalization;
using System.Text.Json;
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

        var tenant = Text(fields, "t")!;
        var id = Text(fields, "id")!;
        var createdAt = Time(fields, "c")!.Value;
        var read = InvitationReader.Read((byte[])body!, new InvitationReadContext(tenant, id, createdAt));
        var invitation = read.Invitation ?? new Invitation { Tenant = tenant, Id = id };
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
            CreatedAt = createdAt,
            SentAt = Time(fields, "sent"),
            Attempt = attempt,
            NextAttemptAt = state is State.Scheduled or State.Deferred ? Time(fields, "due") : null,
            Reply = Text(fields, "r"),
            AcceptedBy = Text(fields, "acc"),
            Revision = Number(fields, "rev"),
            Holder = Text(fields, "w"),
            Trail = Trail(fields, createdAt),
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

    private static List<TrailEntry> Trail(Dictionary<string, RedisValue> fields, DateTimeOffset createdAt)
    {
        var trail = new List<TrailEntry>
        {
            new(Time(fields, "at") ?? createdAt, null, "queued", Text(fields, "by") ?? "", null),
        };
        foreach (var line in (Text(fields, "tr") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement;
            var reply = entry[4].GetString();
            trail.Add(new TrailEntry(
                DateTimeOffset.FromUnixTimeMilliseconds((long)entry[0].GetDouble()),
                entry[1].GetString(),
                entry[2].GetString()!,
                entry[3].GetString()!,
                string.IsNullOrEmpty(reply) ? null : reply));
        }

        return trail;
    }

    private static string? Text(Dictionary<string, RedisValue> fields, string name) =>
        fields.TryGetValue(name, out var value) && value.HasValue && (string)value! is { Length: > 0 } text ? text : null;

    private static int Number(Dictionary<string, RedisValue> fields, string name) =>
        Text(fields, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;

    private static DateTimeOffset? Time(Dictionary<string, RedisValue> fields, string name) =>
        Text(fields, name) is { } text ? LaneReplies.Time(text) : null;
}
