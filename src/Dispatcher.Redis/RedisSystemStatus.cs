using System.Globalization;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Totals over all lanes, from one <c>inspect.lua</c> call each; tenants' counts are plain reads.</summary>
public sealed class RedisSystemStatus(RedisConnection redis, QueueLanes lanes) : ISystemStatus
{
    private const int TenantsPerPage = 500;


    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        await redis.CallAsync(d => d.PingAsync(), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<SystemSnapshot> ReadAsync(bool tenants, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var backlog = Transitions.Unfinished.ToDictionary(s => s, _ => 0L);
        var statuses = new SortedDictionary<string, IReadOnlyDictionary<Status, long>>(StringComparer.Ordinal);
        var workers = new Dictionary<string, WorkerSeen>(StringComparer.Ordinal);
        long dueLater = 0, uncertain = 0;
        var oldest = TimeSpan.Zero;
        var at = DateTimeOffset.MinValue;
        foreach (var lane in lanes.All)
        {
            var reply = (await redis.RunAsync(Script.Inspect, lane.Lane, [], cancellationToken).ConfigureAwait(false)).Rows();
            at = LaneReplies.Time(reply[0].Text());
            var fields = LaneReplies.Pairs(reply[1]);
            foreach (var state in Transitions.Unfinished)
            {
                backlog[state] += fields.TryGetValue("n:" + Transitions.Word(state), out var n) ? Number(n) : 0;
            }

            uncertain += fields.TryGetValue("uncertain", out var unknown) ? Number(unknown) : 0;
            dueLater += (long)reply[2];
            var wait = TimeSpan.FromMilliseconds(Number(reply[3].Text()));
            oldest = wait > oldest ? wait : oldest;
            AddWorkers(workers, reply[4].Rows());
            if (tenants)
            {
                await AddTenantsAsync(statuses, lane, cancellationToken).ConfigureAwait(false);
            }

        }

        var intake = await LengthAsync(DispatchKeys.Intake, cancellationToken).ConfigureAwait(false);
        return new SystemSnapshot
        {
            At = at,
            Backlog = backlog,
            Tenants = statuses,
            Uncertain = uncertain,
            Intake = intake,
            Rejected = await LengthAsync(DispatchKeys.Rejected, cancellationToken).ConfigureAwait(false),
            DueWork = backlog[State.Queued] + dueLater + intake,
            OldestDue = oldest,
            Workers = [.. workers.Values.OrderBy(w => w.Name, StringComparer.Ordinal)],
        };
    }

    private async Task AddTenantsAsync(SortedDictionary<string, IReadOnlyDictionary<Status, long>> tenants, LaneKeys lane, CancellationToken cancellationToken)
    {
        var names = await redis.CallAsync(d => d.SetMembersAsync(lane.Tenants), cancellationToken).ConfigureAwait(false);
        foreach (var page in names.Chunk(TenantsPerPage))
        {
            var hashes = await redis.CallAsync(d => Task.WhenAll(page.Select(name => d.HashGetAllAsync(lane.Tenant(name!)))), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < page.Length; i++)
            {
                tenants[page[i]!] = StatusesOf(hashes[i]);
            }
        }
    }

    private static Dictionary<Status, long> StatusesOf(HashEntry[] hash)
    {
        var statuses = new Dictionary<Status, long>();
        foreach (var field in hash)
        {
            if (StatusCatalog.TryParse((string)field.Name!, out var status) && (long)field.Value is var count and not 0)
            {
                statuses[status] = count;
            }
        }

        return statuses;
    }

    private static void AddWorkers(Dictionary<string, WorkerSeen> workers, RedisResult[] seen)
    {
        foreach (var fields in seen.Select(s => s.Rows()))
        {
            var name = fields[0].Text();
            var age = TimeSpan.FromMilliseconds(Number(fields[1].Text()));
            var held = (long)fields[2];
            workers[name] = workers.TryGetValue(name, out var known)
                ? known with { Held = known.Held + held, LastHeartbeat = age > known.LastHeartbeat ? age : known.LastHeartbeat }
                : new WorkerSeen(name, age, held);
        }
    }

    private async Task<long> LengthAsync(RedisKey stream, CancellationToken cancellationToken) =>
        (long)await redis.CallAsync(d => d.ExecuteAsync("XLEN", stream), cancellationToken).ConfigureAwait(false);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
