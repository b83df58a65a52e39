using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>Totals that a test sets; null: Redis is away.</summary>
internal sealed class FakeSystemStatus : ISystemStatus
{
    public SystemSnapshot? Snapshot { get; set; } = new()
    {
        At = FakeInvitationStore.Now,
        Uncertain = 0,
        Backlog = new Dictionary<State, long> { [State.Queued] = 7, [State.Deferred] = 2 },
        Tenants = new Dictionary<string, IReadOnlyDictionary<Status, long>>
        {
            ["acme"] = new Dictionary<Status, long> { [Status.Delivered] = 40, [Status.Queued] = 7 },
            ["beta"] = new Dictionary<Status, long> { [Status.Delivered] = 2, [Status.Rejected] = 1 },
        },
        Intake = 3,
        Rejected = 1,
        DueWork = 10,
        OldestDue = TimeSpan.FromSeconds(1.5),
        Workers = [new("worker-1", TimeSpan.FromSeconds(0.5), 4)],
    };

    public async ValueTask PingAsync(CancellationToken cancellationToken) => await ReadAsync(false, cancellationToken);

    public ValueTask<SystemSnapshot> ReadAsync(bool tenants, CancellationToken cancellationToken) => Snapshot is { } snapshot
        ? ValueTask.FromResult(snapshot)
        : throw new StorageUnavailableException("Redis at 127.0.0.1:6379 can't be reached: refused");
}
