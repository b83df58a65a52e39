using System.Globalization;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Control;
using Spectre.Console;

namespace Dispatcher.Worker.Doctor;

/// <summary>An examination as people read it: what there is, then what is wrong with it.</summary>
internal static class DoctorTables
{
    public static void Write(CommandOutput output, ReconcileReport report) => output.Line(report.Faults == 0
        ? $"Repair: looked at {report.Looked:N0} keys, all was in order."
        : $"Repair: looked at {report.Looked:N0} keys; put right {report.Queue:N0} invitations not in their queue, {report.Later:N0} without due time, "
            + $"{report.Held:N0} held by nobody, {report.Strays:N0} stray entries, {report.Flows:N0} flows, {report.Counters:N0} counters, "
            + $"{report.Ended:N0} that nobody would have forgotten, {report.Order:N0} that no filter would have met.");

    public static void Write(CommandOutput output, QueueExamination seen, IReadOnlyList<RelayFacts> relays)
    {
        foreach (var server in seen.Servers)
        {
            output.Line(Server(server));
        }

        output.Line(seen.Agreed.Lanes is null
            ? "Data: none yet."
            : $"Data: {Cell.Plain(seen.Agreed.Lanes)} lanes, schema {Cell.Plain(seen.Agreed.Schema)}.");
        foreach (var lane in seen.Lanes)
        {
            Write(output, lane);
        }

        Write(output, seen.Door);
        if (seen.Tenants.Count > 0)
        {
            output.Line("Largest queues: " + string.Join(", ", seen.Tenants.Select(t => $"{Cell.Plain(t.Tenant)} {t.Waiting:N0}")));
        }

        if (seen.Scopes.Count > 0)
        {
            output.Table(ScopeText.Table(seen.Scopes));
        }

        if (seen.Sizes.Count > 0)
        {
            output.Table(Sizes(seen.Sizes));
        }

        foreach (var relay in relays)
        {
            output.Line($"Relay {Cell.Plain(relay.Endpoint)}{(relay.Route is { } route ? $" ({route})" : "")}: "
                + (relay.Answer.Problem is null ? $"answers{(relay.Answer.IsEncrypted ? ", TLS" : "")}" : "can't be used"));
        }

        if (seen.Findings.Count == 0)
        {
            output.Line("Nothing is wrong.");
            return;
        }

        output.Table(Findings(seen.Findings));
    }

    private static string Server(RedisFacts redis) =>
        $"Redis {Cell.Plain(redis.Version)}, {Cell.Plain(redis.Role)}, up {Span(redis.RunningFor)}, {redis.Replicas} replicas; "
            + $"append-only file {(redis.AppendOnly ? "on" : "off")}{(redis is { AppendOnly: true, AppendFsync: { } fsync } ? $", appendfsync {Cell.Plain(fsync)}" : "")}, last snapshot {Moment(redis.LastSave)}; "
            + $"memory {Bytes(redis.UsedMemory)} of {(redis.MaxMemory > 0 ? Bytes(redis.MaxMemory) : "any")}, {Cell.Plain(redis.MaxMemoryPolicy)}"
            + (redis.ClusterState is { } state ? $"; cluster {Cell.Plain(state)}" : "");

    private static void Write(CommandOutput output, LaneFacts lane)
    {
        output.Line($"Lane {lane.Lane}: " + string.Join(", ", lane.States.OrderBy(p => p.Key).Select(p => $"{p.Value:N0} {Codes.Of(p.Key)}"))
            + $"; queues {lane.FlowsReady:N0} ready, {lane.FlowsLimited:N0} limited; later {lane.Later:N0}, {lane.Overdue:N0} overdue, next {Moment(lane.NextDue)}");
        output.Line($"  events: {lane.EventEntries:N0} entries, {lane.EventsKept:N0} kept, oldest {Span(lane.EventsAge)}");
        foreach (var worker in lane.Workers)
        {
            output.Line($"  worker {Cell.Plain(worker.Name)}: heartbeat {Span(worker.LastHeartbeat)} ago, holds {worker.Held:N0}");
        }

        foreach (var rule in lane.Rules)
        {
            output.Line($"  {Cell.Plain(rule.Action)} by filter under way for {Span(rule.Age)}, looked at {rule.Looked:N0}");
        }
    }

    private static void Write(CommandOutput output, DoorFacts door)
    {
        output.Line($"Door: {door.Entries:N0} entries, {(door.Lag is { } lag ? $"{lag:N0} unread" : "unread unknown")}, {door.Rejected:N0} rejected");
        foreach (var reader in door.Readers)
        {
            output.Line($"  reader {Cell.Plain(reader.Worker)}: {reader.Pending:N0} pending, idle {Span(reader.Idle)}");
        }
    }

    private static Table Sizes(IEnumerable<KeySize> sizes)
    {
        var table = new Table().AddColumn("Key").AddColumn(new TableColumn("Size").RightAligned()).AddColumn(new TableColumn("Entries").RightAligned());
        foreach (var size in sizes)
        {
            table.AddRow(Cell.Of(size.Key), Bytes(size.Bytes), Cell.Of(size.Entries));
        }

        return table;
    }

    public static Table Findings(IEnumerable<Finding> findings)
    {
        var table = new Table().AddColumns("Severity", "Code", "What", "What to do");
        foreach (var finding in findings)
        {
            table.AddRow(Codes.Of(finding.Severity), Cell.Of(finding.Code), Cell.Of(finding.What), Cell.Of(finding.Remedy));
        }

        return table;
    }

    private static string Moment(DateTimeOffset? moment) => moment is null ? "none" : Cell.Of(moment);

    private static string Span(TimeSpan span) => span.TotalHours >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:N0} h")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s");

    private static string Bytes(long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");
}
