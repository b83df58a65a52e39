using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>A record as a value; what its two strings hold says <c>records.lua</c>.</summary>
internal static class RecordReader
{
    /// <returns>Null: no record (forgotten meanwhile).</returns>
    public static InvitationRecord? Read(RedisValue packed, RedisValue fixedPart)
    {
        if (packed.IsNull || fixedPart.IsNull)
        {
            return null;
        }

        var record = RecordState.Read(packed!);
        var (identified, body) = RecordIdentity.Split((byte[])fixedPart!);
        var identity = RecordIdentity.Read(identified.Span);
        var read = InvitationReader.Read(body.Span, new InvitationReadContext(record.Tenant, identity.Id, record.CreatedAt));
        var invitation = read.Invitation ?? new Invitation { Tenant = record.Tenant, Id = identity.Id };
        if (record.EditedName is { } edited)
        {
            invitation = invitation with { RecipientName = edited };
        }

        var state = Transitions.FromWord(record.State);
        var taken = record.Trail.LastOrDefault(line => line.TakenBy is not null);
        return new InvitationRecord
        {
            Invitation = invitation,
            State = state,
            Status = Shown(state, record.Attempt, record.Status),
            Detail = record.Trail.Count > 0 ? record.Trail[^1].Detail : null,
            CreatedAt = record.CreatedAt,
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
        var trail = new List<TrailEntry> { new(record.StoredAt, null, "queued", identity.Door, null) };
        foreach (var line in record.Trail)
        {
            trail.Add(new TrailEntry(line.At, trail[^1].To, line.Status, line.By, line.Reply));
        }

        return trail;
    }
}
