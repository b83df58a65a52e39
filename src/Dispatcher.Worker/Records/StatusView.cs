using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Records;

/// <summary>The totals as <c>status --json</c> writes them.</summary>
internal sealed record StatusView(
    DateTimeOffset At,
    IReadOnlyDictionary<string, long> Backlog,
    long Unfinished,
    long DueWork,
    double OldestDueSeconds,
    long Intake,
    long Rejected,
    long Uncertain,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Tenants,
    IReadOnlyDictionary<string, long> Statuses,
    IReadOnlyList<WorkerView> Workers)
{
    public static StatusView Of(SystemSnapshot snapshot) => new(
        snapshot.At,
        snapshot.Backlog.OrderBy(pair => pair.Key).ToDictionary(pair => Codes.Of(pair.Key), pair => pair.Value),
        snapshot.Unfinished,
        snapshot.DueWork,
        snapshot.OldestDue.TotalSeconds,
        snapshot.Intake,
        snapshot.Rejected,
        snapshot.Uncertain,
        snapshot.Tenants
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ToDictionary(pair => pair.Key, pair => (IReadOnlyDictionary<string, long>)ByCode(pair.Value)),
        ByCode(Sum(snapshot)),
        [.. snapshot.Workers.Select(worker => new WorkerView(worker.Name, worker.LastHeartbeat.TotalSeconds, worker.Held))]);

    /// <summary>Over all tenants.</summary>
    public static IReadOnlyDictionary<Status, long> Sum(SystemSnapshot snapshot) => snapshot.Tenants.Values
        .SelectMany(statuses => statuses)
        .GroupBy(pair => pair.Key)
        .ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));

    private static Dictionary<string, long> ByCode(IReadOnlyDictionary<Status, long> counts) => counts
        .OrderBy(pair => pair.Key)
        .ToDictionary(pair => StatusCatalog.Code(pair.Key), pair => pair.Value);
}
