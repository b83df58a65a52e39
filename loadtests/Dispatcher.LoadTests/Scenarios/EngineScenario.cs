using System.CommandLine;
using Dispatcher.Core.Statuses;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Servers;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>How much the queue engine does, and what it costs: claim, start and record, without mail.</summary>
internal sealed class EngineScenario : Scenario
{
    private readonly Option<int?> _count = Number("--invitations", "Invitations to send. Default 200,000; quick 2,000.");
    private readonly Option<int?> _tenants = Number("--tenants", "Tenants that share them. Default 50.");
    private readonly Option<int?> _batch = Number("--batch", "Invitations of one claim. Default 128, the worker's.");
    private readonly Option<int?> _visit = Number("--visit", "Entries of a tenant that one visit of the claim takes (Queue:VisitEntries). Default 64.");
    private readonly Option<int?> _workers = Number("--workers", "Workers in this process, each with a claim and a step call under way. Default 2.");
    private readonly Option<int?> _body = Number("--body", "Size of an invitation's JSON. Default 450.", "BYTES");
    private readonly Option<bool> _pipeline = new("--pipeline") { Description = "Also run the product's whole pipeline (checks, rendering) with a transport that sends nothing." };

    public override string Name => "engine";

    public override string Summary => "Claim, start and record without mail: invitations a second, and what each costs Redis and the worker.";

    public override string Story => """
        The backlog is there before the clock starts, and no hash table of Redis is doubling (see flat). Workers then claim batches, start and record
        them through the product's own lane; nothing is sent. Done once with 'appendfsync everysec' and once with 'always'. Beside it stands a baseline of the same run: LPOP and SET of
        the same bodies with the same library. The ratio of the two says more than the rates when machines differ. Worker, Redis and this
        machine's other work share the processors: on two cores the wall clock shows the sum, and the costs in microseconds show the parts.
        """;

    public override IReadOnlyList<string> Examples => ["engine", "engine --pipeline", "engine --invitations 1000000 --tenants 4", "engine --save engine.jsonl"];

    public override IReadOnlyList<Option> Options => [_count, _tenants, _batch, _visit, _workers, _body, _pipeline];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var size = new EngineSize(
            run.Setting(_count, 200_000, 2_000), run.Setting(_tenants, 50, 10), run.Setting(_batch, 128, 64), run.Setting(_visit, 64, 16), run.Setting(_workers, 2, 2), run.Setting(_body, 450, 450));
        var pipeline = run.Flag(_pipeline);
        foreach (var policy in run.FsyncPolicies)
        {
            var rate = await LanesAsync(run, size, policy, cancellationToken);
            var baseline = await BaselineAsync(run, size, policy);
            run.Report.Add("engine ÷ baseline", rate / baseline, "", policy);
            if (pipeline)
            {
                await PipelineAsync(run, size, policy, cancellationToken);
            }
        }
    }

    private static async Task<double> LanesAsync(ScenarioRun run, EngineSize size, string policy, CancellationToken cancellationToken)
    {
        await using var redis = await run.RedisAsync(policy);
        await run.BeginAsync(redis);
        await using var producer = new Engine(redis.Configuration, size.Visit);
        await FillAsync(run, producer, size, policy, cancellationToken);
        await HashTables.SettleAsync(redis, 1_000);

        var tally = new Tally(size.Count);
        var engines = Enumerable.Range(0, size.Workers).Select(_ => new Engine(redis.Configuration, size.Visit)).ToList();
        await Task.WhenAll(engines.Select(e => e.Lane.BeatAsync(cancellationToken))); // connected before the clock starts
        var before = await redis.TimesAsync();
        var elapsed = new Elapsed();
        await Task.WhenAll(engines.Select(e => new NullSender(e.Lane, size.Batch, tally).RunAsync(cancellationToken)));
        var (seconds, cpu) = (elapsed.Seconds, elapsed.CpuMicroseconds);
        var spent = await redis.TimesAsync() - before;

        var report = run.Report;
        report.Add("invitations", size.Count / seconds, "/s", policy, Target.AtLeast(20_000));
        report.Add("Redis, scripts", spent.Scripts / size.Count, "µs each", policy, Target.AtMost(25));
        report.Add("Redis, whole process", spent.Cpu / size.Count, "µs each", policy);
        report.Add("worker", cpu / size.Count, "µs each", policy, Target.AtMost(40));
        report.Add("entries of a tenant in a row", tally.EntriesInARow, "", policy);
        report.Check($"{policy}: every invitation once", tally.Claimed == size.Count && tally.Recorded == size.Count && tally.Repeated == 0 && tally.Refused == 0,
            $"{size.Count} put in, {tally.Claimed} claimed, {tally.Repeated} more than once, {tally.Recorded} recorded, {tally.Refused} steps refused");
        await CheckStatusAsync(report, producer, size.Count, policy, cancellationToken);
        foreach (var engine in engines)
        {
            await engine.DisposeAsync();
        }

        return size.Count / seconds;
    }

    private static async Task<double> BaselineAsync(ScenarioRun run, EngineSize size, string policy)
    {
        await using var redis = await run.RedisAsync(policy);
        await Baseline.FillAsync(redis.Database, size.Count, size.BodyBytes);
        var before = await redis.TimesAsync();
        var elapsed = new Elapsed();
        var moved = await Baseline.DrainAsync(redis.Database, size.Batch, size.Workers);
        var (seconds, cpu) = (elapsed.Seconds, elapsed.CpuMicroseconds);
        var spent = await redis.TimesAsync() - before;

        run.Report.Add("baseline LPOP + SET", moved / seconds, "/s", policy);
        run.Report.Add("baseline: Redis, commands", spent.Plain / size.Count, "µs each", policy);
        run.Report.Add("baseline: Redis, whole process", spent.Cpu / size.Count, "µs each", policy);
        run.Report.Add("baseline: client", cpu / size.Count, "µs each", policy);
        run.Report.Check($"{policy}: baseline moved all", moved == size.Count, $"{moved} of {size.Count}");
        return moved / seconds;
    }

    private static async Task PipelineAsync(ScenarioRun run, EngineSize size, string policy, CancellationToken cancellationToken)
    {
        await using var redis = await run.RedisAsync(policy);
        await using var producer = new Engine(redis.Configuration, size.Visit);
        await FillAsync(run, producer, size, policy, cancellationToken);
        await using var worker = new NullWorker(redis.Configuration, size.Visit, size.Batch);
        var before = await redis.TimesAsync();
        var elapsed = new Elapsed();
        await worker.StartAsync(cancellationToken);
        await worker.SentAsync(size.Count, cancellationToken);
        await RecordedAsync(producer, size.Count, cancellationToken);
        var (seconds, cpu) = (elapsed.Seconds, elapsed.CpuMicroseconds);
        var spent = await redis.TimesAsync() - before;
        await worker.StopAsync();

        var label = policy + ", pipeline";
        run.Report.Add("invitations", size.Count / seconds, "/s", label);
        run.Report.Add("Redis, scripts", spent.Scripts / size.Count, "µs each", label);
        run.Report.Add("Redis, whole process", spent.Cpu / size.Count, "µs each", label);
        run.Report.Add("worker, checks and rendering included", cpu / size.Count, "µs each", label);
        run.Report.Check($"{label}: every invitation once", worker.Sent == size.Count, $"{size.Count} put in, {worker.Sent} sent");
        await CheckStatusAsync(run.Report, producer, size.Count, label, cancellationToken);
    }

    private static Task FillAsync(ScenarioRun run, Engine producer, EngineSize size, string policy, CancellationToken cancellationToken) => Backlog.FillAsync(
        producer.Invitations,
        0,
        size.Count,
        n => TestInvitation.Create(TestInvitation.Tenant(n % size.Tenants), n, size.BodyBytes),
        done => run.Progress($"{policy}: {done:N0} of {size.Count:N0} put in"),
        cancellationToken);

    private static async Task RecordedAsync(Engine engine, int count, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while ((await engine.Status.ReadAsync(true, cancellationToken)).Tenants.Values.Sum(t => t.GetValueOrDefault(Status.Delivered)) < count)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task CheckStatusAsync(Report report, Engine engine, int count, string label, CancellationToken cancellationToken)
    {
        var status = await engine.Status.ReadAsync(true, cancellationToken);
        var delivered = status.Tenants.Values.Sum(t => t.GetValueOrDefault(Status.Delivered));
        report.Check($"{label}: the engine's own counters agree", delivered == count && status.Unfinished == 0, $"{delivered} delivered, {status.Unfinished} unfinished");
    }

    private sealed record EngineSize(int Count, int Tenants, int Batch, int Visit, int Workers, int BodyBytes);
}
