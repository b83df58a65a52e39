using System.Collections.Concurrent;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Demo;

/// <summary>
/// What has become of the invitations of one run: asks for each that isn't done until it is. Only of this run, whatever else is in
/// Redis. Used by one caller at a time.
/// </summary>
internal sealed class DemoRun(IInvitationStore store)
{
    private const int AtOnce = 32;

    private readonly ConcurrentDictionary<(string Tenant, string Id), Status> _open = new();
    private readonly ConcurrentDictionary<(string Tenant, Status Status), long> _done = new();
    private readonly Dictionary<string, long> _totals = new(StringComparer.Ordinal);
    private int _deliveredLater;

    public int Total { get; private set; }

    public int Open => _open.Count;

    public int Done => Total - Open;

    public long Delivered => _done.Where(pair => pair.Key.Status == Status.Delivered).Sum(pair => pair.Value);

    /// <summary>Those not done, with their newest status.</summary>
    public IEnumerable<(string Tenant, string Id, Status Status)> Unfinished =>
        _open.Select(pair => (pair.Key.Tenant, pair.Key.Id, pair.Value)).Order();

    /// <summary>Delivered, but not by the first attempt.</summary>
    public int DeliveredLater => _deliveredLater;

    /// <summary>Done and all of each tenant, by name.</summary>
    public IEnumerable<(string Tenant, long Done, long Total)> Tenants => _totals
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => (pair.Key, _done.Where(done => done.Key.Tenant == pair.Key).Sum(done => done.Value), pair.Value));

    public void Add(string tenant, string id)
    {
        _open[(tenant, id)] = Status.Queued;
        Total++;
        _totals[tenant] = _totals.GetValueOrDefault(tenant) + 1;
    }

    public async Task RefreshAsync(CancellationToken cancellationToken) => await Parallel.ForEachAsync(
        _open.Keys,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (key, cancel) =>
        {
            if (await store.FindAsync(key.Tenant, key.Id, cancel) is not [var record, ..])
            {
                return;
            }

            _open[key] = record.Status;
            if (StatusCatalog.Get(record.Status).IsFinal && _open.TryRemove(key, out _))
            {
                if (record is { Status: Status.Delivered, Attempt: > 1 })
                {
                    Interlocked.Increment(ref _deliveredLater);
                }

                _done.AddOrUpdate((key.Tenant, record.Status), 1, static (_, count) => count + 1);
            }
        });

    /// <summary>How many of each tenant stand in each status now.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<Status, long>> Counts() => _done
        .Concat(_open.GroupBy(pair => (pair.Key.Tenant, pair.Value), pair => 1L).Select(group => KeyValuePair.Create(group.Key, group.Sum())))
        .GroupBy(pair => pair.Key.Item1)
        .ToDictionary(
            group => group.Key,
            group => (IReadOnlyDictionary<Status, long>)group
                .GroupBy(pair => pair.Key.Item2)
                .ToDictionary(same => same.Key, same => same.Sum(pair => pair.Value)));
}
