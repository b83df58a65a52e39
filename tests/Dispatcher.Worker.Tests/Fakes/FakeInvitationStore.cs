using System.Collections.Concurrent;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>Records in memory, with the contract's answers. Can be full, and can be away.</summary>
internal sealed class FakeInvitationStore : IInvitationStore
{
    private readonly ConcurrentDictionary<(string Tenant, string Id), InvitationRecord> _records = new();
    private readonly ConcurrentDictionary<(string Tenant, string Id), string> _hashes = new();

    public static DateTimeOffset Now { get; } = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    /// <summary>How many records fit.</summary>
    public int Capacity { get; set; } = int.MaxValue;

    /// <summary>Calls from this one on (1 is the first) throw; 0: none.</summary>
    public int AwayFromCall { get; set; }

    /// <summary>What a new record becomes at once.</summary>
    public Func<Invitation, Status> Outcome { get; set; } = _ => Status.Queued;

    public int Calls { get; private set; }

    public ICollection<InvitationRecord> Records => _records.Values;

    public List<int> BatchSizes { get; } = [];

    /// <summary>Of the last command by filter.</summary>
    public InvitationFilter? LastFilter { get; private set; }

    /// <summary>Happens in a command by filter once it has told its progress.</summary>
    public Action DuringSweep { get; set; } = () => { };

    /// <summary>Happens before invitations are added, with the number of the call.</summary>
    public Action<int> BeforeAdd { get; set; } = _ => { };

    public string? LastBy { get; private set; }

    public ValueTask<IReadOnlyList<AddResult>> AddAsync(IReadOnlyList<NewInvitation> invitations, string by, CancellationToken cancellationToken)
    {
        Answer();
        BeforeAdd(Calls);
        cancellationToken.ThrowIfCancellationRequested();
        LastBy = by;
        BatchSizes.Add(invitations.Count);
        return ValueTask.FromResult<IReadOnlyList<AddResult>>([.. invitations.Select(Add)]);
    }

    public void Put(InvitationRecord record) => _records[(record.Invitation.Tenant, record.Invitation.Id)] = record;

    public ValueTask<IReadOnlyList<InvitationRecord>> FindAsync(string? tenant, string id, CancellationToken cancellationToken)
    {
        Answer();
        return ValueTask.FromResult<IReadOnlyList<InvitationRecord>>([.. Matching(tenant, id)]);
    }

    public ValueTask<IReadOnlyList<InvitationRecord>> ListAsync(RecordFilter filter, CancellationToken cancellationToken)
    {
        Answer();
        return ValueTask.FromResult<IReadOnlyList<InvitationRecord>>([.. _records.Values
            .Where(record => filter.Tenant is null || record.Invitation.Tenant == filter.Tenant)
            .Where(record => filter.Status is null || record.Status == filter.Status)
            .Where(record => filter.Search is null || (record.Invitation.Recipient + " " + record.Invitation.ReferenceNumber).Contains(filter.Search, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(record => record.CreatedAt)
            .Take(filter.Limit)]);
    }

    public ValueTask<CancelCount> CancelAsync(string? tenant, IReadOnlyList<string> ids, string by, CancellationToken cancellationToken)
    {
        Answer();
        var matched = ids.SelectMany(id => Matching(tenant, id)).ToArray();
        var open = matched.Where(record => record.State is State.Queued or State.Scheduled).ToArray();
        foreach (var record in open)
        {
            Put(record with { State = State.Final, Status = Status.Cancelled });
        }

        return ValueTask.FromResult(new CancelCount(matched.Length, open.Length, matched.Length - open.Length));
    }

    public ValueTask<ReleaseCount> ReleaseAsync(string? tenant, IReadOnlyList<string> ids, string by, CancellationToken cancellationToken)
    {
        Answer();
        var matched = ids.SelectMany(id => Matching(tenant, id)).ToArray();
        var aside = matched.Where(record => record.Status is Status.InternalError).ToArray();
        foreach (var record in aside)
        {
            Put(record with { State = State.Queued, Status = Status.ScheduledForLater });
        }

        return ValueTask.FromResult(new ReleaseCount(matched.Length, aside.Length, matched.Length - aside.Length));
    }

    public ValueTask<CancelCount> CancelAsync(InvitationFilter filter, string by, IProgress<SweepProgress>? progress, CancellationToken cancellationToken)
    {
        Answer();
        LastBy = by;
        var (open, late) = Split(filter);
        foreach (var record in open)
        {
            Put(record with { State = State.Final, Status = Status.Cancelled });
        }

        progress?.Report(new SweepProgress(_records.Count, open.Count + late, 1));
        DuringSweep();
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new CancelCount(open.Count + late, open.Count, late));
    }

    public ValueTask<EditCount> EditNameAsync(InvitationFilter filter, string name, string by, IProgress<SweepProgress>? progress, CancellationToken cancellationToken)
    {
        Answer();
        var (open, late) = Split(filter);
        foreach (var record in open)
        {
            Put(record with { Invitation = record.Invitation with { RecipientName = name } });
        }

        progress?.Report(new SweepProgress(_records.Count, open.Count + late, 1));
        return ValueTask.FromResult(new EditCount(open.Count + late, open.Count, late));
    }

    public ValueTask<EditResult> EditNameAsync(string? tenant, string id, string name, CancellationToken cancellationToken)
    {
        Answer();
        if (Matching(tenant, id).FirstOrDefault() is not { } record)
        {
            return ValueTask.FromResult(EditResult.NotFound);
        }

        if (record.State == State.Final)
        {
            return ValueTask.FromResult(EditResult.TooLate);
        }

        Put(record with { Invitation = record.Invitation with { RecipientName = name } });
        return ValueTask.FromResult(EditResult.Edited);
    }

    private (List<InvitationRecord> Open, int Late) Split(InvitationFilter filter)
    {
        LastFilter = filter;
        var matched = _records.Values.Where(record => Matches(record, filter) && record.Status != Status.Cancelled).ToList();
        var open = matched.Where(record => record.State is State.Queued or State.Scheduled).ToList();
        return (open, matched.Count - open.Count);
    }

    private static bool Matches(InvitationRecord record, InvitationFilter filter) =>
        (filter.Tenant is null || record.Invitation.Tenant == filter.Tenant)
        && (filter.Type is null || record.Invitation.Type == filter.Type)
        && (filter.TemplateId is null || record.Invitation.TemplateId == filter.TemplateId)
        && (filter.Tag is null || record.Invitation.Tags.Contains(filter.Tag))
        && (filter.RecipientDomain is null || record.Invitation.Recipient?.EndsWith("@" + filter.RecipientDomain, StringComparison.OrdinalIgnoreCase) == true)
        && (filter.CreatedFrom is null || record.CreatedAt >= filter.CreatedFrom)
        && (filter.CreatedBefore is null || record.CreatedAt < filter.CreatedBefore);

    private AddResult Add(NewInvitation invitation)
    {
        var key = (invitation.Tenant, invitation.Id);
        if (_hashes.TryGetValue(key, out var hash))
        {
            return hash == invitation.ContentHash ? AddResult.Duplicate : AddResult.Conflict;
        }

        if (_records.Count >= Capacity)
        {
            return AddResult.Full;
        }

        _hashes[key] = invitation.ContentHash;
        var body = InvitationReader.Read(invitation.Body.Span, new(invitation.Tenant, invitation.Id, Now)).Invitation!;
        var status = invitation.SendAt is null ? Outcome(body) : Status.Queued;
        Put(RecordOf(body, status));
        return AddResult.Accepted;
    }

    private static InvitationRecord RecordOf(Invitation invitation, Status status) => new()
    {
        Invitation = invitation,
        State = StatusCatalog.Get(status).IsFinal ? State.Final : State.Queued,
        Status = status,
        CreatedAt = Now,
        Attempt = 0,
        Revision = 1,
        Trail = [new(Now, null, "queued", "enqueue", null)],
    };

    private IEnumerable<InvitationRecord> Matching(string? tenant, string id) =>
        _records.Values.Where(record => record.Invitation.Id == id && (tenant is null || record.Invitation.Tenant == tenant));

    private void Answer()
    {
        Calls++;
        if (AwayFromCall > 0 && Calls >= AwayFromCall)
        {
            throw new StorageUnavailableException("Redis at 127.0.0.1:6379 can't be reached: refused");
        }
    }
}
