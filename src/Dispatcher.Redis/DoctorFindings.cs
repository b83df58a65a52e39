using System.Globalization;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis;

/// <summary>What an examination means: a pure function. Codes and remedies stand in <c>docs/operations.md</c> too; a test compares them.</summary>
internal static class DoctorFindings
{
    private const int LeastVersion = 7;
    private const double FullAt = 0.9;

    // The events' trimming goes by whole nodes of a stream: a hundred entries of up to 250 events.
    private const long EventsOver = 25_000;
    private const long EventEntriesOver = 200;
    private static readonly TimeSpan EventsLate = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongUnread = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongPause = TimeSpan.FromHours(1);

    public static IReadOnlyList<Finding> Of(QueueExamination seen, QueueOptions options, DateTimeOffset now)
    {
        var lease = TimeSpan.FromSeconds(options.LeaseSeconds);
        var alive = seen.Lanes.SelectMany(l => l.Workers).Any(w => w.LastHeartbeat <= lease);
        Finding?[] findings =
        [
            Agreed(seen.Agreed),
            .. seen.Servers.SelectMany(Server),
            .. seen.Lanes.SelectMany(lane => Lane(lane, options, lease)),
            NoWorkers(seen, alive),
            .. Door(seen.Door, alive),
            .. seen.Scopes.Select(scope => Paused(scope, now)),
        ];
        return [.. findings.OfType<Finding>().OrderByDescending(f => f.Severity)];
    }

    private static Finding? Agreed(AgreedFacts agreed) => agreed.Fits ? null : new(
        FindingSeverity.Error,
        "mismatch",
        $"the data has {agreed.Lanes ?? "no"} lanes and schema {agreed.Schema ?? "none"}, this process {agreed.ExpectedLanes} and {agreed.ExpectedSchema}: the lanes were not looked at",
        "set Queue:Lanes to what the data has, and run a dispatcher of its schema version");

    private static IEnumerable<Finding?> Server(RedisFacts redis)
    {
        yield return int.TryParse(redis.Version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major < LeastVersion
            ? new(FindingSeverity.Error, "redis-old", $"Redis is {redis.Version}", "use Redis 7 or newer: the scripts need it")
            : null;
        yield return redis.Role is not ("master" or "")
            ? new(FindingSeverity.Error, "replica", "this Redis is a replica: nothing can be written", "let Redis:Configuration name the master, or an address that follows it")
            : null;
        yield return redis.ClusterState is not (null or "ok")
            ? new(FindingSeverity.Error, "cluster-state", $"the cluster's state is {redis.ClusterState}", "see 'redis-cli --cluster check'; lanes whose slots are not covered stand still")
            : null;
        yield return redis.MaxMemoryPolicy is not ("noeviction" or "")
            ? new(FindingSeverity.Error, "eviction", $"maxmemory-policy is {redis.MaxMemoryPolicy}: a full Redis throws invitations away", "set maxmemory-policy noeviction")
            : null;
        yield return !redis.AppendOnly
            ? new(FindingSeverity.Warning, "aof-off", "the append-only file is off: a Redis that is killed loses what came since its last snapshot", "set appendonly yes and appendfsync always")
            : null;
        yield return redis is { AppendOnly: true, AppendFsync: not (null or "always") }
            ? new(
                FindingSeverity.Info,
                "aof-fsync",
                $"appendfsync is {redis.AppendFsync}: a Redis that is killed may lose accepted invitations, and repeat sent ones",
                "set appendfsync always, if that matters more than throughput")
            : null;
        yield return redis.OtherLibraries.Count > 0
            ? new(
                FindingSeverity.Info,
                "libraries",
                $"Redis holds the scripts of {redis.OtherLibraries.Count} other versions",
                $"when no worker of them runs any more: 'redis-cli FUNCTION DELETE {redis.OtherLibraries[0]}' frees some 200 kB each")
            : null;
        foreach (var failed in redis.WriteErrors)
        {
            yield return new(FindingSeverity.Error, "write-error", $"{failed} failed: Redis may refuse every change", "see Redis' log; most often its disk is full");
        }

        yield return redis.MaxMemory > 0 && redis.UsedMemory > redis.MaxMemory * FullAt
            ? new(
                FindingSeverity.Warning,
                "memory",
                $"{redis.UsedMemory * 100 / redis.MaxMemory} % of maxmemory are used: when it is full the doors close",
                "raise maxmemory; or keep less: Queue:FinalRetention, Queue:IdRetention, Queue:MaxEvents")
            : null;
        yield return Clocks(redis);
    }

    private static Finding? Clocks(RedisFacts redis)
    {
        var ahead = redis.AheadOfHost ?? TimeSpan.Zero;
        var (way, then) = ahead > TimeSpan.Zero ? ("ahead of", "early") : ("behind", "late");
        return ahead.Duration() > BeatAnswer.MuchAhead
            ? new(
                FindingSeverity.Warning,
                "clock-differs",
                $"Redis' clock is {Seconds(ahead.Duration())} {way} this host's: if Redis' is wrong, what is scheduled goes out too {then} by that, and times in records and events are wrong; "
                    + "if this host's is, so are the dates of messages that its workers send, and when a month begins for a tenant's limit",
                "see whether both hosts keep time ('chronyc tracking', 'timedatectl'): which of the two is wrong can't be told from here")
            : null;
    }

    private static IEnumerable<Finding?> Lane(LaneFacts lane, QueueOptions options, TimeSpan lease)
    {
        var alive = lane.Workers.Any(w => w.LastHeartbeat <= lease);
        var dead = lane.Workers.Where(w => w.LastHeartbeat > lease && w.Held > 0).ToList();
        yield return dead.Count > 0
            ? new(
                FindingSeverity.Warning,
                "dead-holders",
                $"lane {lane.Lane}: {Many(dead.Count, "worker")} without a heartbeat for up to {Seconds(dead.Max(w => w.LastHeartbeat))} hold {dead.Sum(w => w.Held)} invitations",
                alive
                    ? $"wait {Seconds(4 * lease)}: living workers take over what they had claimed after one lease, and judge what they were sending after four"
                    : "start a worker: it takes over")
            : null;
        yield return lane.ClockAhead > BeatAnswer.MuchAhead
            ? new(
                FindingSeverity.Warning,
                "clock-ahead",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"lane {lane.Lane}: its clock is {Seconds(lane.ClockAhead)} ahead of Redis' own, which was set back; until {(lane.At - lane.ClockAhead + lane.ClockAheadFor).ToUniversalTime():yyyy-MM-dd HH:mm} UTC it goes a tenth slower, ")
                    + "and with it retries, rates and leases; times in records and events are ahead as well",
                "nothing has to be done for the lane; see that the hosts of Redis and of its replicas keep time (NTP, slewed and not stepped), and keep a replica that does not from becoming master")
            : null;
        yield return alive && lane.LongOverdue > 0
            ? new(
                FindingSeverity.Warning,
                "overdue",
                $"lane {lane.Lane}: {lane.LongOverdue} invitations have been due for over a minute and are in no queue yet, though workers are alive",
                "look at the workers' log for promotions that fail; a large number may only need some minutes")
            : null;
        yield return lane.SendingTooLong > 0
            ? new(
                FindingSeverity.Warning,
                "sending-long",
                $"lane {lane.Lane}: {lane.SendingTooLong} invitations have been sending for longer than an attempt can take",
                "restart the worker that holds them; what it was sending is then judged uncertain")
            : null;
        yield return lane.Order is { Faults: > 0 } order
            ? new(
                FindingSeverity.Warning,
                "out-of-order",
                $"lane {lane.Lane}: {order.Queue} invitations not in their queue, {order.Later} without due time, {order.Held} held by nobody, {order.Strays} stray entries, "
                    + $"{order.Flows} flows and {order.Counters} counters wrong, {order.Ended} ended that nobody would forget, {order.Order} that no filter would meet",
                "'dispatcher doctor --repair', or wait for Queue:ReconcileInterval; tell us if nobody restored a backup, failed over or wrote into Redis by hand")
            : null;
        yield return lane.Order is { Unreadable: > 0 } damaged
            ? new(
                FindingSeverity.Warning,
                "unreadable",
                $"lane {lane.Lane}: the state of {Many(damaged.Unreadable, "invitation")} can't be read, so that nobody sends, ends or counts them: {string.Join(", ", damaged.UnreadableKeys)}",
                "no script writes such a one: find out who did. 'redis-cli GET' shows it, and under the same name with i: for state: the id and the invitation. DEL both, and hand it in again if it was not sent")
            : null;
        yield return lane.NotCompared is { } reason
            ? new(FindingSeverity.Warning, "not-compared", $"lane {lane.Lane}: places and counters could not be compared with the records: {reason}", "mend what Redis complains of and look again")
            : null;
        var many = lane.EventsKept > options.MaxEvents + (options.MaxEvents / 10) + EventsOver;
        var old = lane.EventsAge > options.EventRetention + EventsLate && lane.EventEntries > EventEntriesOver;
        yield return many || old
            ? new(
                FindingSeverity.Warning,
                "events",
                $"lane {lane.Lane}: {lane.EventsKept} events are kept, the oldest for {Seconds(lane.EventsAge)}: more than Queue:MaxEvents or Queue:EventRetention allow",
                alive ? "look at the workers' log: heartbeats trim the events" : "start a worker: heartbeats trim the events")
            : null;
    }

    private static Finding? NoWorkers(QueueExamination seen, bool alive)
    {
        var due = seen.Lanes.Sum(l => l.Overdue + l.States.GetValueOrDefault(State.Queued)) + seen.Door.Entries;
        return alive || due <= 0 || seen.Lanes.Count == 0
            ? null
            : new(FindingSeverity.Error, "no-workers", $"{due} invitations are due, and no worker is alive", "start one with 'dispatcher run'; look at the last one's log");
    }

    private static IEnumerable<Finding?> Door(DoorFacts door, bool alive)
    {
        yield return alive && door.OldestUnread > LongUnread
            ? new(
                FindingSeverity.Warning,
                "door-unread",
                $"{(door.Lag is { } lag ? Many(lag, "entry", "entries") : "entries")} of dispatch:intake are unread, the oldest for {Seconds(door.OldestUnread)}, though workers are alive",
                "is the backlog at Queue:MaxBacklog? The workers' log says 'The door is left unread' and why")
            : null;
        yield return door.PendingLong > 0
            ? new(
                FindingSeverity.Warning,
                "door-pending",
                $"{Many(door.PendingLong, "entry", "entries")} of dispatch:intake were read over a minute ago and not acknowledged",
                "a living worker takes them over after 10 s; if the number stays, look at the workers' log")
            : null;
        yield return door.Rejected > 0
            ? new(
                FindingSeverity.Info,
                "rejected",
                $"{Many(door.Rejected, "entry", "entries")} of the door were refused and are kept in dispatch:rejected",
                "'redis-cli XRANGE dispatch:rejected - + COUNT 10' shows reasons; XTRIM it when they are dealt with")
            : null;
    }

    private static Finding? Paused(ScopeState state, DateTimeOffset now)
    {
        var name = state.Scope.Name is { } of ? $"{(state.Scope.Kind == QueueScopeKind.Tenant ? "tenant" : "destination")} {of}" : "everything";
        return state.PausedAt is { } since && now - since > LongPause
            ? new(
                FindingSeverity.Info,
                "paused",
                string.Create(CultureInfo.InvariantCulture, $"{name} has been paused since {since.ToUniversalTime():yyyy-MM-dd HH:mm} UTC"),
                "'dispatcher resume' when that is not meant any more")
            : null;
    }

    private static string Many(long count, string one, string? many = null) => count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";

    private static string Seconds(TimeSpan span) => span.TotalHours >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s");
}
