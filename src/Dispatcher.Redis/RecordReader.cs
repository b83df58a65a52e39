using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>A record as a value; what its two strings hold says <c>records.lua</c>.</summary>
internal static class RecordReader
{
    /// <param name="tenant">Whose, should its state not say.</param>
    /// <param name="id">Its id, should it not say itself.</param>
    /// <returns>Null: no record (forgotten meanwhile). What can't be read of one is left out, and it says so.</returns>
    public static InvitationRecord? Read(RedisValue packed, RedisValue fixedPart, string? tenant, string id)
    {
        if (packed.IsNull || fixedPart.IsNull)
        {
            return null;
        }

        var identity = RecordIdentity.Read((byte[])fixedPart!) ?? new RecordIdentity(id, "", default);
        if (RecordState.TryRead(packed!) is not { } record)
        {
            return WithoutState(identity, tenant);
        }

        var read = InvitationReader.Read(identity.Body.Span, new InvitationReadContext(record.Tenant, identity.Id, null));
        var invitation = read.Invitation ?? new Invitation { Tenant = record.Tenant, Id = identity.Id };
        if (record.EditedName is { } edited)
        {
            invitation = invitation with { RecipientName = edited };
        }

        var taken = record.Trail.LastOrDefault(line => line.TakenBy is not null);
        return new InvitationRecord
        {
            Invitation = invitation,
            State = record.State,
            Status = Shown(record.State, record.Attempt, record.Status),
            Detail = record.Trail.Count > 0 ? record.Trail[^1].Detail : null,
            CreatedAt = record.CreatedAt,
            SentAt = taken?.At,
            Attempt = record.Attempt,
            NextAttemptAt = record.NextAttemptAt,
            Reply = record.Trail.LastOrDefault(line => line.Reply is not null)?.Reply,
            AcceptedBy = taken?.TakenBy,
            Revision = record.Revision,
            Holder = record.State is State.Claimed or State.Sending ? record.Worker : null,
            Problem = read.Ok ? null : "the stored invitation can't be read",
            Trail = Trail(record, identity),
        };
    }

    private static InvitationRecord WithoutState(RecordIdentity identity, string? tenant)
    {
        var read = InvitationReader.Read(identity.Body.Span, new InvitationReadContext(tenant, identity.Id, null));
        return new InvitationRecord
        {
            Invitation = read.Invitation ?? new Invitation { Tenant = tenant ?? "", Id = identity.Id },
            State = State.None,
            Status = Status.InternalError,
            CreatedAt = read.Invitation?.CreatedAt ?? default,
            Attempt = 0,
            Revision = 0,
            Problem = read.Ok ? "the stored state can't be read" : "neither the stored state nor the stored invitation can be read",
            Trail = [],
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
