using Dispatcher.Core.Statuses;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Records;

namespace Dispatcher.Worker.Demo;

/// <summary>What a demo ends with: what became of everything, what isn't done, and what to try next.</summary>
internal static class DemoReport
{
    private const int Shown = 10;

    /// <summary>How to call this executable from the folder the user is in; a script that starts the demo knows.</summary>
    private static string Command => Environment.GetEnvironmentVariable("DISPATCHER_COMMAND") ?? "dispatcher";

    private static string KeepCommand => Environment.GetEnvironmentVariable("DISPATCHER_KEEP_COMMAND") ?? "dispatcher demo --keep";

    public static void Write(CommandOutput output, DemoRun run, string name, TimeSpan elapsed, string? url)
    {
        var counts = run.Counts();
        if (output.Json)
        {
            output.WriteJson(new
            {
                run = name,
                total = run.Total,
                done = run.Done,
                seconds = Math.Round(elapsed.TotalSeconds, 1),
                statuses = ByCode(counts.Values.SelectMany(statuses => statuses)),
                tenants = counts.ToDictionary(pair => pair.Key, pair => ByCode(pair.Value)),
            });
            return;
        }

        output.Table(StatusTables.Tenants(counts));
        output.Line($"{run.Done:N0} of {run.Total:N0} done in {elapsed.TotalSeconds:0} s; {run.DeliveredLater:N0} of the delivered had to wait for a retry.");
        WriteUnfinished(output, run);
        output.Line("");
        output.Line("Try next:");
        if (url is null)
        {
            output.Line($"  {KeepCommand}   stays up, so that you can ask what became of one invitation");
            return;
        }

        output.Line($"  {Command} status");
        output.Line($"  {Command} history list --search {name}- --status internal-error");
        output.Line($"  {Command} history list --search {name}- --status placeholder-error --limit 3");
        output.Line($"  curl {url}/metrics");
    }

    private static void WriteUnfinished(CommandOutput output, DemoRun run)
    {
        foreach (var (tenant, id, status) in run.Unfinished.Take(Shown))
        {
            output.Line($"  not done: {tenant} {id} is {StatusCatalog.Code(status)}");
        }

        if (run.Open > Shown)
        {
            output.Line($"  … and {run.Open - Shown:N0} more");
        }
    }

    private static Dictionary<string, long> ByCode(IEnumerable<KeyValuePair<Status, long>> counts) => counts
        .GroupBy(pair => pair.Key)
        .OrderBy(group => group.Key)
        .ToDictionary(group => StatusCatalog.Code(group.Key), group => group.Sum(pair => pair.Value));
}
