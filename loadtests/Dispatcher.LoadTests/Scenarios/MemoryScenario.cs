using System.CommandLine;
using Dispatcher.Core.Tenants;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Servers;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>What an invitation and a tenant cost in Redis' memory.</summary>
internal sealed class MemoryScenario : Scenario
{
    private const int Batch = 256;

    // What belongs to the lane or to its workers, and does not grow with invitations.
    private static readonly string[] Lane = ["lane", "workers", "w:", "held:", "t:", "tenants", "tags", "order", "dispatch:meta", "dispatch:tenants"];
    private static readonly string[] Waiting = ["i:", "state:", "order:", "q:", "ready", "later"];

    private readonly Option<int?> _count = Number("--invitations", "Invitations put in. Default 50,000; quick 2,000.");
    private readonly Option<int?> _tenants = Number("--tenants", "Tenants that are left idle. Default 5,000; quick 500.");
    private readonly Option<int?> _body = Number("--body", "Size of an invitation's JSON. Default 450.", "BYTES");

    public override string Name => "memory";

    public override string Summary => "Bytes in Redis: a waiting invitation, its facts, its events, an idle tenant.";

    public override string Story => """
        Differences of used_memory, and beside them MEMORY USAGE of samples by key family, which says where the bytes are. The two differ by
        what Redis keeps beside the keys (its hash tables, buffers). An idle tenant is what is left of one that had settings and one
        invitation, after record, id and events are gone.
        """;

    public override IReadOnlyList<string> Examples => ["memory", "memory --body 2000", "memory --invitations 500000 --json"];

    public override IReadOnlyList<Option> Options => [_count, _tenants, _body];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var (count, tenants, body) = (run.Setting(_count, 50_000, 2_000), run.Setting(_tenants, 5_000, 500), run.Setting(_body, 450, 450));
        run.Fixed("batch", Batch);
        await InvitationAsync(run, count, body, cancellationToken);
        await TenantAsync(run, tenants, body, cancellationToken);
    }

    private static async Task InvitationAsync(ScenarioRun run, int count, int body, CancellationToken cancellationToken)
    {
        await using var redis = await run.RedisAsync("everysec");
        await run.BeginAsync(redis);
        await using var engine = new Engine(redis.Configuration);
        await WarmUpAsync(redis, engine, body, cancellationToken);
        var (empty, none) = (await redis.UsedMemoryAsync(), await KeyFamilies.MeasureAsync(redis));

        // 1. Waiting in ten tenants' queues.
        await Backlog.FillAsync(engine.Invitations, 1, count, n => TestInvitation.Create(TestInvitation.Tenant(n % 10), n, body),
            done => run.Progress($"{done:N0} of {count:N0} put in"), cancellationToken);
        var (full, queued) = (await redis.UsedMemoryAsync(), await KeyFamilies.MeasureAsync(redis));
        var report = run.Report;
        // A reference is a fact: it is counted below, and stays when the record has gone.
        var (events, references) = (Grown("events"), Grown("r:"));
        report.Add("queue and record", (full - empty - events - references) / count, "B", "waiting, by used_memory", Target.AtMost(1_100));
        report.Add("queue and record", (Waiting.Sum(Of(queued)) - Waiting.Sum(Of(none))) / count, "B", "waiting, by keys");
        report.Add("used_memory that keys explain", (queued.Values.Sum(f => f.Bytes) - none.Values.Sum(f => f.Bytes)) / (full - empty), "", "waiting");
        report.Check("a record for each", queued.GetValueOrDefault("i:").Keys == count + 1, $"{queued.GetValueOrDefault("i:").Keys} records, {count + 1} put in");

        // 2. Sent.
        var tally = new Tally(count + 1);
        await new SerialSender(engine.Lane, Batch).SendAllAsync(count, tally, cancellationToken);
        queued = await KeyFamilies.MeasureAsync(redis);
        var facts = queued.Keys.Except([.. Lane, .. Waiting, "events"]).ToList();
        report.Add("facts", (facts.Sum(Of(queued)) - facts.Sum(Of(none))) / count, "B", "sent, by keys", Target.AtMost(150));
        report.Add("events", Grown("events") / count, "B", "sent, by keys", Target.AtMost(400));
        report.Add("record", (Grown("i:") + Grown("state:")) / count, "B", "sent, by keys");
        report.Add("all of it", (await redis.UsedMemoryAsync() - empty) / (double)count, "B", "sent, by used_memory");
        foreach (var (family, measured) in queued.OrderByDescending(f => f.Value.Bytes).Where(f => f.Value.Bytes >= count))
        {
            report.Add($"family {family}", measured.Bytes / measured.Keys, "B a key", $"sent, {measured.Keys} keys");
        }

        // 3. Records are forgotten, and their ids remembered.
        await engine.ForgetEndedAsync(redis, cancellationToken);
        var forgotten = await KeyFamilies.MeasureAsync(redis);
        var ids = forgotten.Keys.Except([.. Lane, .. Waiting, "events"]).ToList();
        report.Add("facts", (ids.Sum(Of(forgotten)) - ids.Sum(Of(none))) / count, "B", "record forgotten, by keys", Target.AtMost(150));
        report.Check("records are forgotten", forgotten.GetValueOrDefault("i:").Keys == 0, $"{forgotten.GetValueOrDefault("i:").Keys} are left");

        report.Check("each sent once", tally.Recorded == count && tally.Repeated == 0 && tally.Refused == 0,
            $"{tally.Recorded} recorded, {tally.Repeated} more than once, {tally.Refused} steps refused");

        double Grown(string family) => queued.GetValueOrDefault(family).Bytes - none.GetValueOrDefault(family).Bytes;

        static Func<string, double> Of(IReadOnlyDictionary<string, KeyFamily> families) => family => families.GetValueOrDefault(family).Bytes;
    }

    private static async Task TenantAsync(ScenarioRun run, int tenants, int body, CancellationToken cancellationToken)
    {
        await using var redis = await run.RedisAsync("everysec");
        await using var engine = new Engine(redis.Configuration);
        await WarmUpAsync(redis, engine, body, cancellationToken);
        await ForgetRecordsAsync(redis);
        var (before, none) = (await redis.UsedMemoryAsync(), await KeyFamilies.MeasureAsync(redis));

        for (var n = 1; n <= tenants; n++)
        {
            await engine.Tenants.ApplyAsync(new TenantSettings { Tenant = TestInvitation.Tenant(n), Weight = 2 }, cancellationToken);
            run.Progress($"{n:N0} of {tenants:N0} tenants set up");
        }

        await Backlog.FillAsync(engine.Invitations, 1, tenants, n => TestInvitation.Create(TestInvitation.Tenant(n), n, body), null, cancellationToken);
        await new SerialSender(engine.Lane, Batch).SendAllAsync(tenants, new Tally(tenants + 1), cancellationToken);
        await engine.ReconcileAsync(cancellationToken);
        await ForgetRecordsAsync(redis);
        // Redis' table of keys has not shrunk yet: used_memory still holds room for the records that went.
        var left = await KeyFamilies.MeasureAsync(redis);
        run.Report.Add("idle tenant", (OfTenants(left) - OfTenants(none)) / tenants, "B", "by keys", Target.AtMost(300));
        run.Report.Add("idle tenant", (await redis.UsedMemoryAsync() - before) / (double)tenants, "B", "by used_memory");
        foreach (var (family, measured) in left.OrderByDescending(f => f.Value.Bytes).Where(f => f.Value.Bytes >= tenants))
        {
            run.Report.Add($"idle tenant, in {family}", measured.Bytes / tenants, "B", $"{measured.Keys} keys");
        }

        // Its invitation's reference is no tenant's.
        static double OfTenants(IReadOnlyDictionary<string, KeyFamily> families) => families.Where(f => f.Key != "r:").Sum(f => f.Value.Bytes);
    }

    /// <summary>Scripts loaded and every key there once.</summary>
    private static async Task WarmUpAsync(RedisUnderTest redis, Engine engine, int body, CancellationToken cancellationToken)
    {
        await Backlog.FillAsync(engine.Invitations, 0, 1, n => TestInvitation.Create(TestInvitation.Tenant(n), n, body), null, cancellationToken);
        await using var other = new Engine(redis.Configuration); // its own worker: call numbers begin anew
        await new SerialSender(other.Lane, Batch).SendAllAsync(1, new Tally(1), cancellationToken);
    }

    /// <summary>What the retentions do in the end: records, ids and events go.</summary>
    private static async Task ForgetRecordsAsync(RedisUnderTest redis)
    {
        var gone = new List<RedisKey>();
        await foreach (var key in KeyFamilies.KeysAsync(redis.Database))
        {
            if (KeyFamilies.FamilyOf(key) is "i:" or "state:" or "k:" or "order:" or "order" or "ended" or "events")
            {
                gone.Add(key);
            }
        }

        await redis.Database.KeyDeleteAsync([.. gone]);
    }
}
