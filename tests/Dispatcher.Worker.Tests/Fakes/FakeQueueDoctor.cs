using Dispatcher.Core.States;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>An examination that a test sets; null: Redis is away.</summary>
internal sealed class FakeQueueDoctor : IQueueDoctor
{
    public int Repairs { get; private set; }

    public QueueExamination? Examination { get; set; } = new()
    {
        Servers =
        [
            new RedisFacts
            {
                Version = "7.4.1", Role = "master", RunningFor = TimeSpan.FromHours(30), Replicas = 1, AppendOnly = true, AppendFsync = "always",
                WriteErrors = [], LastSave = null, UsedMemory = 12_000_000, MaxMemory = 0, MaxMemoryPolicy = "noeviction", ClusterState = null,
            },
        ],
        Agreed = new AgreedFacts("1", "2", 1, 2),
        Lanes =
        [
            new LaneFacts
            {
                Lane = 0, At = FakeInvitationStore.Now, States = new Dictionary<State, long> { [State.Queued] = 1234 }, FlowsReady = 3, FlowsLimited = 1,
                Later = 7, Overdue = 0, LongOverdue = 0, NextDue = FakeInvitationStore.Now, Workers = [new("worker-1", TimeSpan.FromSeconds(0.5), 4)],
                SendingTooLong = 0, EventEntries = 5, EventsKept = 9, EventsAge = TimeSpan.FromSeconds(3),
                Rules = [new("r1", "cancel", TimeSpan.FromSeconds(2), 400)], Order = new ReconcileReport(),
            },
        ],
        Door = new DoorFacts
        {
            Entries = 2,
            Lag = 1,
            OldestUnread = TimeSpan.FromSeconds(1),
            Readers = [new("worker-1", 1, TimeSpan.FromSeconds(1))],
            PendingLong = 0,
            Rejected = 0,
        },
        Tenants = [new("acme", 1000), new("beta", 234)],
        Scopes = [new ScopeState(QueueScope.Tenant("gamma"), FakeInvitationStore.Now, null)],
        Sizes = [new("{d:00}:later", 4_200_000, 7)],
        Findings = [],
    };

    public ValueTask<QueueExamination> ExamineAsync(IProgress<WalkProgress>? progress, CancellationToken cancellationToken) => ValueTask.FromResult(Answer());

    public ValueTask<ReconcileReport> RepairAsync(IProgress<WalkProgress>? progress, CancellationToken cancellationToken)
    {
        Answer();
        Repairs++;
        return ValueTask.FromResult(new ReconcileReport { Looked = 5000, Queue = 2, Counters = 1 });
    }

    public void Find(params Finding[] findings) => Examination = Examination! with { Findings = findings };

    private QueueExamination Answer() => Examination ?? throw new StorageUnavailableException("Redis at 127.0.0.1:6379 can't be reached: refused");
}
