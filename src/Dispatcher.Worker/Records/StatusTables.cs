using System.Globalization;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Spectre.Console;
using Status = Dispatcher.Core.Statuses.Status;

namespace Dispatcher.Worker.Records;

/// <summary>The totals as people read them.</summary>
internal static class StatusTables
{
    /// <summary>More would scroll away what matters; the busiest are shown.</summary>
    private const int MaxTenants = 50;

    /// <summary>So many columns fit on a screen.</summary>
    private const int MaxColumns = 5;

    public static void Write(CommandOutput output, SystemSnapshot snapshot)
    {
        output.Line($"{snapshot.Unfinished:N0} unfinished, {snapshot.DueWork:N0} due, oldest due {Seconds(snapshot.OldestDue)}; "
            + $"{snapshot.Intake:N0} at the door, {snapshot.Rejected:N0} rejected there");
        output.Line("Backlog: " + string.Join(
            ", ", snapshot.Backlog.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value:N0} {Codes.Of(pair.Key)}")));
        output.Line(snapshot.Workers.Count == 0
            ? "No worker is alive."
            : "Workers: " + string.Join(", ", snapshot.Workers.Select(
                worker => $"{Cell.Plain(worker.Name)} (heartbeat {Seconds(worker.LastHeartbeat)} ago, holds {worker.Held:N0})")));
        if (snapshot.Tenants.Count > 0)
        {
            output.Table(Tenants(snapshot.Tenants));
        }

        if (snapshot.Tenants.Count > MaxTenants)
        {
            output.Line($"The {MaxTenants} largest of {snapshot.Tenants.Count:N0} tenants are shown; --json has all.");
        }
    }

    /// <summary>A column for each tenant while they fit, else a line for each tenant and status.</summary>
    public static Table Tenants(IReadOnlyDictionary<string, IReadOnlyDictionary<Status, long>> tenants)
    {
        var shown = tenants.OrderByDescending(pair => pair.Value.Values.Sum())
            .Take(MaxTenants)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ToArray();
        return shown.Length <= MaxColumns ? Wide(shown) : Long(shown);
    }

    private static Table Wide(KeyValuePair<string, IReadOnlyDictionary<Status, long>>[] tenants)
    {
        var table = new Table().AddColumn("Status");
        foreach (var (tenant, _) in tenants)
        {
            table.AddColumn(new TableColumn(Cell.Of(tenant)).RightAligned());
        }

        var statuses = tenants.SelectMany(pair => pair.Value).Where(pair => pair.Value != 0).Select(pair => pair.Key).Distinct().Order();
        foreach (var status in statuses)
        {
            table.AddRow([StatusCatalog.Code(status), .. tenants.Select(pair => Count(pair.Value.GetValueOrDefault(status)))]);
        }

        return table;
    }

    private static Table Long(KeyValuePair<string, IReadOnlyDictionary<Status, long>>[] tenants)
    {
        var table = new Table().AddColumns("Tenant", "Status").AddColumn(new TableColumn("Count").RightAligned());
        foreach (var (tenant, counts) in tenants)
        {
            foreach (var (status, count) in counts.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key))
            {
                table.AddRow(Cell.Of(tenant), StatusCatalog.Code(status), Cell.Of(count));
            }
        }

        return table;
    }

    private static string Count(long count) => count == 0 ? "" : Cell.Of(count);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
