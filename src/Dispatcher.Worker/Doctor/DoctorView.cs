using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Control;

namespace Dispatcher.Worker.Doctor;

/// <summary>An examination for programs: one object a line, of a <c>kind</c> each; the findings come last.</summary>
internal static class DoctorView
{
    public static object Of(ReconcileReport report) => new
    {
        kind = "repair",
        looked = report.Looked,
        queue = report.Queue,
        later = report.Later,
        held = report.Held,
        strays = report.Strays,
        flows = report.Flows,
        counters = report.Counters,
        ended = report.Ended,
        order = report.Order,
        unreadable = report.Unreadable,
    };

    public static IEnumerable<object> Of(QueueExamination seen, IReadOnlyList<RelayFacts> relays) =>
    [
        .. seen.Servers.Select(Server),
        new { kind = "data", lanes = seen.Agreed.Lanes, schema = seen.Agreed.Schema, fits = seen.Agreed.Fits },
        .. seen.Lanes.Select(Lane),
        Door(seen.Door),
        .. seen.Tenants.Select(t => new { kind = "tenant", tenant = t.Tenant, waiting = t.Waiting }),
        .. seen.Scopes.Select(s => new { kind = "scope", scope = ScopeView.Of(s) }),
        .. seen.Sizes.Select(s => new { kind = "key", key = s.Key, bytes = s.Bytes, entries = s.Entries }),
        .. relays.Select(r => new { kind = "relay", route = r.Route, endpoint = r.Endpoint, answers = r.Answer.Problem is null, tls = r.Answer.IsEncrypted }),
        .. seen.Findings.Select(f => new { kind = "finding", severity = Codes.Of(f.Severity), code = f.Code, what = f.What, remedy = f.Remedy }),
    ];

    private static object Server(RedisFacts redis) => new
    {
        kind = "server",
        version = redis.Version,
        role = redis.Role,
        runningSeconds = (long)redis.RunningFor.TotalSeconds,
        replicas = redis.Replicas,
        appendOnly = redis.AppendOnly,
        appendFsync = redis.AppendFsync,
        writeErrors = redis.WriteErrors,
        lastSave = redis.LastSave,
        usedMemory = redis.UsedMemory,
        maxMemory = redis.MaxMemory,
        maxMemoryPolicy = redis.MaxMemoryPolicy,
        clusterState = redis.ClusterState,
        aheadOfHostSeconds = redis.AheadOfHost?.TotalSeconds,
    };

    private static object Lane(LaneFacts lane) => new
    {
        kind = "lane",
        lane = lane.Lane,
        at = lane.At,
        clockAheadSeconds = lane.ClockAhead.TotalSeconds,
        states = lane.States.ToDictionary(pair => Codes.Of(pair.Key), pair => pair.Value),
        flowsReady = lane.FlowsReady,
        flowsLimited = lane.FlowsLimited,
        later = lane.Later,
        overdue = lane.Overdue,
        longOverdue = lane.LongOverdue,
        nextDue = lane.NextDue,
        workers = lane.Workers.Select(w => new { name = w.Name, heartbeatSeconds = w.LastHeartbeat.TotalSeconds, held = w.Held }),
        sendingTooLong = lane.SendingTooLong,
        events = new { entries = lane.EventEntries, kept = lane.EventsKept, ageSeconds = (long)lane.EventsAge.TotalSeconds },
        rules = lane.Rules.Select(r => new { id = r.Id, action = r.Action, ageSeconds = (long)r.Age.TotalSeconds, looked = r.Looked }),
        order = lane.Order,
        notCompared = lane.NotCompared,
    };

    private static object Door(DoorFacts door) => new
    {
        kind = "door",
        entries = door.Entries,
        lag = door.Lag,
        oldestUnreadSeconds = door.OldestUnread.TotalSeconds,
        readers = door.Readers.Select(r => new { worker = r.Worker, pending = r.Pending, idleSeconds = r.Idle.TotalSeconds }),
        pendingLong = door.PendingLong,
        rejected = door.Rejected,
    };
}
