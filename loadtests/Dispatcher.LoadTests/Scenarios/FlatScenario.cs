using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Servers;
using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>Whether an invitation costs Redis the same with few and with many tenants, with few and with many records.</summary>
internal sealed class FlatScenario : Scenario
{
    // Records, facts, and the tenants that come first: rather too many.
    private const int KeysPerInvitation = 5;
    private const int Batch = 128;
    private const int BodyBytes = 450;
    private const int Visit = 64;
    private const int BacklogTenants = 50;
    private const int FewRecords = 10_000;

    private readonly Option<int?> _tenants = Number("--most-tenants", "End of the tenants' curve, which grows tenfold from 1. Default 100,000; quick 100.");
    private readonly Option<int?> _records = Number("--most-records", "End of the records' curve, which grows tenfold from 10,000. Default 1,000,000; quick 10,000.");
    private readonly Option<int?> _count = Number("--invitations", "Invitations measured at each point. Default 20,000; quick 512.");

    public override string Name => "flat";

    public override string Summary => "Redis' time per invitation at 1 to 100,000 tenants and at 10,000 to 1,000,000 records.";

    public override string Story => """
        Redis' own time inside scripts (INFO commandstats), from intake to recorded outcome, divided by invitations: the median of batches
        of 128, for other work on the machine interrupts some. A call tells what became of 64 and starts 64 others, 128 steps, the most that a
        worker asks for. Beside it the processor time of the whole Redis process. Three curves:
        (a) visits of 64 entries (Queue:VisitEntries), while all the tenants that are not visited wait with one entry each;
        (b) so many tenants have exactly one entry each: visits of one. Below a few hundred tenants this measures calls of few entries;
        (c) so many invitations wait in 50 tenants' queues while others go through.
        A server of its own for each point, and another for the first point of the curve ((a) for (b)), by which it is divided: the two go through their
        batches in turn, for machines are quick in one minute and slow in the next. (With --redis there is one server, and the first point comes before.) Before (a) and (c) keys are added until none of Redis' hash tables doubles while a point is measured:
        that makes every command dearer for a while, at some number of keys, whatever they are. Latency percentiles are Redis' own, of all script calls at the last point of (c).
        """;

    public override IReadOnlyList<string> Examples => ["flat", "flat --most-tenants 10000 --most-records 100000", "flat --json --save flat.jsonl"];

    public override IReadOnlyList<Option> Options => [_tenants, _records, _count];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var (mostTenants, mostRecords, count) = (run.Setting(_tenants, 100_000, 100), run.Setting(_records, 1_000_000, 10_000), run.Setting(_count, 20_000, 512));
        run.Fixed("batch", Batch);
        run.Fixed("body", BodyBytes);

        foreach (var tenants in Tenfold(1, mostTenants))
        {
            var (cost, first) = await InTurnAsync(run, LongVisits(tenants, count), LongVisits(1, count));
            Add(run.Report, "(a) visits of 64", $"{tenants:N0} tenants", cost, first, Target.Between(0.8, 1.2));
        }

        foreach (var tenants in Tenfold(1, mostTenants))
        {
            // Fewer tenants than a batch: calls are small, and what is dear is the call, not the visit.
            var target = tenants >= Batch ? Target.AtMost(3) : null;
            var rounds = Math.Max(1, Math.Min(count, 2_000) / tenants);
            var curve = new Curve(0, point => OneEachAsync(run, point, tenants, rounds, cancellationToken));
            var (cost, first) = await InTurnAsync(run, curve, LongVisits(1, Math.Max(count, rounds * tenants)));
            Add(run.Report, "(b) one entry each", $"{tenants:N0} tenants", cost, first, target);
        }

        foreach (var records in Tenfold(FewRecords, mostRecords))
        {
            var (cost, first) = await InTurnAsync(run, Records(records), Records(FewRecords));
            Add(run.Report, "(c) records", $"{records:N0} records", cost, first, Target.AtMost(1.35));
        }

        Curve LongVisits(int tenants, int invitations) => new(Visit, point => LongVisitsAsync(run, point, tenants, invitations, cancellationToken));

        Curve Records(int records) => new(0, point => ManyRecordsAsync(run, point, records, count, cancellationToken));
    }

    private static IEnumerable<int> Tenfold(int from, int to)
    {
        for (var n = (long)from; n <= to; n *= 10)
        {
            yield return (int)n;
        }
    }

    private static void Add(Report report, string curve, string @case, FlatCost cost, double first, Target? target)
    {
        report.Add(curve, cost.Total, "µs each", @case);
        report.Add(curve + ": of it intake", cost.Intake, "µs each", @case);
        report.Add(curve + ": Redis' processor time", cost.Cpu, "µs each", @case);
        report.Add(curve + ": entries of a tenant in a row", cost.EntriesInARow, "", @case);
        report.Add(curve + " ÷ first", cost.Total / first, "", @case, target);
    }

    /// <summary>A point of a curve, and what it is divided by, a batch of each in turn.</summary>
    private static async Task<(FlatCost Cost, double First)> InTurnAsync(ScenarioRun run, Curve curve, Curve first)
    {
        if (run.OneRedis)
        {
            var before = await AloneAsync(run, first, isReference: true);
            return (await AloneAsync(run, curve, isReference: false), before.Total);
        }

        await using var point = await FlatPoint.BeginAsync(run, curve, isReference: false);
        await using var reference = await FlatPoint.BeginAsync(run, first, isReference: true);
        while (await point.Batches.MoveNextAsync())
        {
            await reference.Batches.MoveNextAsync();
        }

        return (point.Cost, reference.Cost.Total);
    }

    private static async Task<FlatCost> AloneAsync(ScenarioRun run, Curve curve, bool isReference)
    {
        await using var point = await FlatPoint.BeginAsync(run, curve, isReference);
        while (await point.Batches.MoveNextAsync())
        {
        }

        return point.Cost;
    }

    /// <summary>(a): four tenants a pass, each once while there are enough; the others wait, with a start tag as early as theirs.</summary>
    private static async IAsyncEnumerable<int> LongVisitsAsync(
        ScenarioRun run, FlatPoint point, int tenants, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rounds = Math.Max(1, count / Batch);
        var visits = Math.Min(tenants, Batch / Visit);
        var visited = Math.Min(tenants, rounds * visits);

        // Of flows with equal tags the first by name is served: those that only wait have later names.
        await Backlog.FillAsync(
            point.Engine.Invitations, rounds * Batch, tenants - visited, n => TestInvitation.Create(TestInvitation.Tenant(visited + n), n, BodyBytes), null, cancellationToken);
        await HashTables.SettleAsync(point.Redis, rounds * Batch * KeysPerInvitation);
        point.Begin(rounds * Batch);
        for (var round = 0; round < rounds; round++)
        {
            var first = round * visits;
            await foreach (var batch in point.PassAsync(round * Batch, Batch, n => TestInvitation.Tenant((first + (n % visits)) % visited), cancellationToken))
            {
                yield return batch;
            }

            run.Progress($"{tenants:N0} tenants, visits of {Visit}: {round + 1} of {rounds} passes");
        }

        await point.FinishAsync(cancellationToken);
        Check(run.Report, $"(a) {tenants:N0} tenants", point);
    }

    /// <summary>(b): everyone has one.</summary>
    private static async IAsyncEnumerable<int> OneEachAsync(
        ScenarioRun run, FlatPoint point, int tenants, int rounds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        point.Begin(rounds * tenants);
        for (var round = 0; round < rounds; round++)
        {
            await foreach (var batch in point.PassAsync(round * tenants, tenants, n => TestInvitation.Tenant(n % tenants), cancellationToken))
            {
                yield return batch;
            }

            run.Progress($"{tenants:N0} tenants, one entry each: {round + 1} of {rounds} rounds");
        }

        await point.FinishAsync(cancellationToken);
        Check(run.Report, $"(b) {tenants:N0} tenants", point);
    }

    /// <summary>(c): a backlog that stays, and what goes through it.</summary>
    private static async IAsyncEnumerable<int> ManyRecordsAsync(
        ScenarioRun run, FlatPoint point, int records, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        static string Of(int n) => TestInvitation.Tenant(n % BacklogTenants);
        await Backlog.FillAsync(
            point.Engine.Invitations, 0, records, n => TestInvitation.Create(Of(n), n, BodyBytes), done => run.Progress($"{done:N0} of {records:N0} records put in"), cancellationToken);
        var rounds = Math.Max(1, count / Batch);
        await HashTables.SettleAsync(point.Redis, rounds * Batch * KeysPerInvitation);
        await point.Redis.ResetStatsAsync();
        point.Begin(records + (rounds * Batch));
        for (var round = 0; round < rounds; round++)
        {
            await foreach (var batch in point.PassAsync(records + (round * Batch), Batch, Of, cancellationToken))
            {
                yield return batch;
            }

            if (round % 10 == 0)
            {
                // What a worker and its watchers ask for besides.
                await point.Engine.Lane.BeatAsync(cancellationToken);
                await point.Engine.Lane.PromoteAsync(cancellationToken);
                await point.Engine.Status.ReadAsync(false, cancellationToken);
            }

            run.Progress($"{records:N0} records: {round + 1} of {rounds} rounds");
        }

        await point.FinishAsync(cancellationToken);
        Check(run.Report, $"(c) {records:N0} records", point);
        if (point.IsReference)
        {
            yield break;
        }

        var latency = await point.Redis.ScriptLatencyAsync();
        var label = string.Create(CultureInfo.InvariantCulture, $"{records:N0} records");
        run.Report.Add("script call p50", latency.P50, "ms", label);
        run.Report.Add("script call p99", latency.P99, "ms", label);
        run.Report.Add("script call p99.9", latency.P999, "ms", label, Target.AtMost(5));
        run.Report.Add("script calls within", latency.AllWithin, "ms", label);
    }

    private static void Check(Report report, string label, FlatPoint point)
    {
        var tally = point.Tally;
        report.Check(label + (point.IsReference ? ", to divide by" : "") + ": each once", tally.Repeated == 0 && tally.Refused == 0 && tally.Recorded == point.Passed,
            $"{point.Passed} to pass, {tally.Recorded} recorded, {tally.Repeated} more than once, {tally.Refused} steps refused");
    }

    /// <summary>Redis' microseconds an invitation. Scripts' time is wall time: the median of the batches leaves out those that were interrupted.</summary>
    private sealed record FlatCost(double Total, double Intake, double Cpu, double EntriesInARow);

    /// <param name="Visit">Entries a visit; 0: as the engine likes.</param>
    /// <param name="Measure">Prepares and measures a point, and yields after each batch.</param>
    private sealed record Curve(int Visit, Func<FlatPoint, IAsyncEnumerable<int>> Measure);

    private sealed class FlatPoint : IAsyncDisposable
    {
        private readonly SerialSender _sender;
        private readonly List<double> _intake = []; // µs an invitation, by batch
        private readonly List<double> _work = []; // claim, start, record: as _intake
        private double _cpu;

        private FlatPoint(RedisUnderTest redis, Curve curve, bool isReference)
        {
            Redis = redis;
            Engine = new Engine(redis.Configuration, curve.Visit);
            IsReference = isReference;
            _sender = new SerialSender(Engine.Lane, Batch);
            Batches = curve.Measure(this).GetAsyncEnumerator();
        }

        /// <summary>Each step measures one.</summary>
        public IAsyncEnumerator<int> Batches { get; }

        /// <summary>Measured for what others are divided by.</summary>
        public bool IsReference { get; }

        public RedisUnderTest Redis { get; }

        public Engine Engine { get; }

        public Tally Tally { get; private set; } = new(0);

        public int Passed { get; private set; }

        public FlatCost Cost => new(Median(_intake) + Median(_work), Median(_intake), _cpu / Passed, Tally.EntriesInARow);

        public static async Task<FlatPoint> BeginAsync(ScenarioRun run, Curve curve, bool isReference)
        {
            var redis = await run.RedisAsync("everysec");
            await run.BeginAsync(redis);
            return new FlatPoint(redis, curve, isReference);
        }

        public async ValueTask DisposeAsync()
        {
            await Batches.DisposeAsync();
            await Engine.DisposeAsync();
            await Redis.DisposeAsync();
        }

        public void Begin(int numbers) => Tally = new Tally(numbers);

        /// <summary>Puts so many in, then sends so many, a batch at a time; yields how many it was after each.</summary>
        public async IAsyncEnumerable<int> PassAsync(int from, int count, Func<int, string> tenant, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var numbers in Enumerable.Range(from, count).Chunk(Batch))
            {
                await MeasureAsync(_intake, numbers.Length, () => Backlog.FillAsync(
                    Engine.Invitations, numbers[0], numbers.Length, n => TestInvitation.Create(tenant(n), n, BodyBytes), null, cancellationToken));
                yield return numbers.Length;
            }

            foreach (var numbers in Enumerable.Range(from, count).Chunk(Batch))
            {
                await MeasureAsync(_work, numbers.Length, () => _sender.SendAsync(numbers.Length, Tally, cancellationToken));
                Passed += numbers.Length;
                yield return numbers.Length;
            }
        }

        public Task FinishAsync(CancellationToken cancellationToken) => _sender.FinishAsync(Tally, cancellationToken);

        private async Task MeasureAsync(List<double> costs, int count, Func<Task> work)
        {
            var before = await Redis.TimesAsync();
            await work();
            var spent = await Redis.TimesAsync() - before;
            costs.Add(spent.Scripts / count);
            _cpu += spent.Cpu;
        }

        private static double Median(List<double> values) => new Percentiles(values).At(0.5);
    }
}
