using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>The fields of a record's hash as a value; what they hold says <c>records.lua</c>.</summary>
internal static class RecordReader
{
    /// <returns>Null: no record (expired meanwhile).</returns>
    public static InvitationRecord? Read(HashEntry[] hash)
    {
        var fields = hash.ToDictionary(e => (string)e.Name!, e => e.Value, StringComparer.Ordinal);
        if (!fields.TryGetValue("s", out var packed) || !fields.TryGetValue("b", out var body) || !fields.TryGetValue("i", out var identified))
        {
            return null;
        }

        var identity = RecordIdentity.Read(identified!);
        var read = InvitationReader.Read((byte[])body!, new InvitationReadContext(identity.Tenant, identity.Id, identity.CreatedAt));
        var invitation = read.Invitation ?? new Invitation { Tenant = identity.Tenant, Id = identity.Id };
        if (fields.TryGetValue("nm", out var edited))
        {
            invitation = invitation with { RecipientName = edited };
        }

        var record = RecordState.Read(packed!);
        var state = Transitions.FromWord(record.State);
        var taken = record.Trail.LastOrDefault(line => line.TakenBy is not null);
        return new InvitationRecord
        {
            Invitation = invitation,
            State = state,
            Status = Shown(state, record.Attempt, record.Status),
            Detail = record.Trail.Count > 0 ? record.Trail[^1].Detail : null,
            CreatedAt = identity.CreatedAt,
            SentAt = taken?.At,
            Attempt = record.Attempt,
            NextAttemptAt = state is State.Scheduled or State.Deferred && record.Due.Length > 0 ? LaneReplies.Time(record.Due) : null,
            Reply = record.Trail.LastOrDefault(line => line.Reply is not null)?.Reply,
            AcceptedBy = taken?.TakenBy,
            Revision = record.Revision,
            Holder = state is State.Claimed or State.Sending ? record.Worker : null,
            Trail = Trail(record, identity),
        };
    }

    /// <summary>The same rule as <c>shown</c> in <c>records.lua</c>.</summary>
    private static Status Shown(State state, int attempt, string status) => state switch
    {
        State.Final => StatusCatalog.TryParse(status, out var final) ? final : Status.InternalError,
        State.Sending => Status.Sending,
        State.Deferred => Status.ScheduledForLater,
        _ => attempt > 0 ? Status.ScheduledForLater : Status.Queued,
    };

    private static List<TrailEntry> Trail(RecordState record, RecordIdentity identity)
    {
        var trail = new List<TrailEntry> { new(identity.StoredAt, null, "queued", identity.Door, null) };
        foreach (var line in record.Trail)
        {
            trail.Add(new TrailEntry(line.At, trail[^1].To, line.Status, line.By, line.Reply));
        }

        return trail;
    }
}
