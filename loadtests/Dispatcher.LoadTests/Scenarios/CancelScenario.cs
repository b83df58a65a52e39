using System.CommandLine;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.LoadTests.Load;
using Dispatcher.LoadTests.Results;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>What a cancel by filter of very many costs, what it does to the sends beside it, and whether it counts exactly.</summary>
internal sealed class CancelScenario : Scenario
{
    private const int AMinute = 60;

    private readonly Option<int?> _count = Number("--invitations", "Invitations to cancel. Default 1,000,000; quick 3,000.");
    private readonly Option<int?> _tenants = Number("--tenants", "Tenants that share them. Default 50.");
    private readonly Option<int?> _staying = Number("--staying", "Invitations of one more tenant, with another template, that are sent meanwhile. Default 800,000; quick 2,000.");
    private readonly Option<int?> _before = Number("--before", "How many are sent before the cancel to know the rate, after as many to warm up. Default 40,000; quick 256.");
    private readonly Option<int?> _rate = Number("--rate", "Invitations a second that the tenant that stays may send at a rate. Default 5,000; quick 500.");
    private readonly Option<int?> _batch = Number("--batch", "Invitations of one claim. Default 128, the worker's.");
    private readonly Option<int?> _body = Number("--body", "Size of an invitation's JSON. Default 450.", "BYTES");
    private readonly Option<string[]> _only = new Option<string[]>("--only") { Description = "Parts to run: alone, sends, rate, turn. Default: all.", HelpName = "PART", AllowMultipleArgumentsPerToken = true }
        .AcceptOnlyFromAmong("alone", "sends", "rate", "turn");

    private readonly Option<bool> _always = new("--always") { Description = "Also with 'appendfsync always'." };

    public override string Name => "cancel";

    public override string Summary => "Cancel a million by filter: seconds, cost, what the sends beside it feel, and whether the counts are exact.";

    public override string Story => """
        A million invitations of 50 tenants with one template wait in their queues and are cancelled by that template, by the product's own
        call. Four times, each on a server of its own:
        (a) alone: nobody sends. What it costs Redis each. Beside it stands a baseline: SCAN and UNLINK of as many plain strings of the size
            of a body, a page at a time. The ratio of the two says more than the seconds when machines differ.
        (b) beside sends: a worker without mail sends another tenant's invitations as fast as it can, with all that Redis has. The matching
            tenants are paused by the product's pause until the cancel has answered: their invitations are queued all the same, a cancel looks
            at and changes the same, and the rate of the tenant that stays can be compared with that before.
        (c) beside a rate: the same with a limit for the tenant that stays, --rate, as mail servers set one.
        (d) in turn: nobody is paused. All tenants have their turn, matching ones are claimed and sent until the cancel is in force, asked
            for in vain then, and cancelled entries are met in every queue. The tenant that stays has one turn in 51 before.
        Before each the append-only file is rewritten, so that Redis does not begin that by itself meanwhile, for what was put in.
        The worker takes its turns at the cancel, as each does; 'in force' is when the call says so for the first time. From then on not one
        that matches may start: each start is looked at. In the end everything is sent, nobody being paused any more, and all is counted.
        """;

    public override IReadOnlyList<string> Examples => ["cancel", "cancel --invitations 100000 --staying 60000 --before 10000", "cancel --only rate", "cancel --always --save cancel.jsonl"];

    public override IReadOnlyList<Option> Options => [_count, _tenants, _staying, _before, _rate, _batch, _body, _only, _always];

    public override async Task RunAsync(ScenarioRun run, CancellationToken cancellationToken)
    {
        var size = new CancelSize(
            run.Setting(_count, 1_000_000, 3_000), run.Setting(_tenants, 50, 10), run.Setting(_staying, 800_000, 2_000), run.Setting(_before, 40_000, 256), run.Setting(_batch, 128, 64), run.Setting(_body, 450, 450));
        var rate = run.Setting(_rate, 5_000, 500);
        var only = run.Chosen(_only);
        bool Runs(string part) => only.Count == 0 || only.Contains(part);
        var policies = run.FsyncPolicies.Take(run.Flag(_always) ? int.MaxValue : 1);
        foreach (var policy in policies)
        {
            if (Runs("alone"))
            {
                var cost = await AloneAsync(run, size, policy, cancellationToken);
                var least = await BaselineAsync(run, size, policy);
                run.Report.Add("cancel ÷ baseline, seconds", cost.Seconds / least.Seconds, "", policy);
                run.Report.Add("cancel ÷ baseline, Redis' processor", cost.Cpu / least.Cpu, "", policy);
            }

            if (Runs("sends"))
            {
                await BesideSendsAsync(run, size, policy, "beside sends", paused: true, rate: 0, cancellationToken);
            }

            if (Runs("rate"))
            {
                await BesideSendsAsync(run, size with { Staying = Math.Min(size.Staying, AMinute * rate) }, policy, "beside a rate", paused: true, rate, cancellationToken);
            }

            if (Runs("turn"))
            {
                await BesideSendsAsync(run, size, policy, "in turn", paused: false, rate: 0, cancellationToken);
            }
        }
    }

    private static async Task<Cost> AloneAsync(ScenarioRun run, CancelSize size, string policy, CancellationToken cancellationToken)
    {
        await using var redis = await run.RedisAsync(policy);
        await run.BeginAsync(redis);
        await using var producer = new Engine(redis.Configuration);
        var label = policy + ", alone";
        await size.FillAsync(producer, staying: false, PutIn(run, label), cancellationToken);
        await redis.RewriteAppendOnlyFileAsync();

        var before = await redis.TimesAsync();
        var elapsed = new Elapsed();
        var inForce = 0.0;
        var progress = new InForce(() => inForce = elapsed.Seconds, p => run.Progress($"{label}: {p.Matched:N0} cancelled"));
        var count = await producer.Invitations.CancelAsync(new InvitationFilter { TemplateId = CancelSize.Template }, "load-test", progress, cancellationToken);
        var seconds = elapsed.Seconds;
        var spent = await redis.TimesAsync() - before;

        run.Report.Add("cancel", seconds, "s", label, AMillionIn20Seconds(size));
        run.Report.Add("in force after", inForce * 1000, "ms", label);
        run.Report.Add("Redis, scripts", spent.Scripts / size.Matching, "µs each", label);
        run.Report.Add("Redis, whole process", spent.Cpu / size.Matching, "µs each", label);
        await CheckCountsAsync(run.Report, producer, label, count, size.Matching, staying: 0, started: 0, cancellationToken);
        return new Cost(seconds, spent.Cpu);
    }

    private static async Task<Cost> BaselineAsync(ScenarioRun run, CancelSize size, string policy)
    {
        await using var redis = await run.RedisAsync(policy);
        await WalkBaseline.FillAsync(redis.Database, size.Matching, size.BodyBytes);
        var before = await redis.TimesAsync();
        var elapsed = new Elapsed();
        var gone = await WalkBaseline.ClearAsync(redis.Database, done => run.Progress($"{policy}, baseline: {done:N0} taken away"));
        var seconds = elapsed.Seconds;
        var spent = await redis.TimesAsync() - before;

        run.Report.Add("baseline SCAN + UNLINK", seconds, "s", policy);
        run.Report.Add("baseline: Redis, commands", spent.Plain / size.Matching, "µs each", policy);
        run.Report.Add("baseline: Redis, whole process", spent.Cpu / size.Matching, "µs each", policy);
        run.Report.Check($"{policy}: baseline took all away", gone == size.Matching, $"{gone} of {size.Matching}");
        return new Cost(seconds, spent.Cpu);
    }

    private static async Task BesideSendsAsync(
        ScenarioRun run, CancelSize size, string policy, string beside, bool paused, int rate, CancellationToken cancellationToken)
    {
        var label = $"{policy}, {beside}";
        await using var redis = await run.RedisAsync(policy);
        await run.BeginAsync(redis);
        await using var producer = new Engine(redis.Configuration);
        await using var worker = new Engine(redis.Configuration);
        await size.FillAsync(producer, staying: true, PutIn(run, label), cancellationToken);
        await redis.RewriteAppendOnlyFileAsync();
        var result = await new CancelBesideSends(producer, worker, size, paused, rate, redis.TimesAsync, what => run.Progress($"{label}: {what}")).RunAsync(cancellationToken);

        var report = run.Report;
        report.Add("cancel", result.Seconds, "s", label, AMillionIn20Seconds(size));
        report.Add("in force after", result.InForce, "ms", label);
        report.Add("Redis' processor, during", result.Redis.Cpu / 1e6 / result.Seconds, "of one", label);
        if (!paused)
        {
            report.Add("of all tenants, before", result.Before.All, "/s", label);
        }

        report.Add("of the tenant that stays, before", result.Before.Staying, "/s", label);
        report.Add("of the tenant that stays, during", result.During.Staying, "/s", label);
        if (result.Before.Staying > 0)
        {
            report.Add("during ÷ before", result.During.Staying / result.Before.Staying, "", label);
        }

        AddCalls(report, "before", result.Before, label);
        AddCalls(report, "during", result.During, label);
        if (result.RanOut)
        {
            report.Note($"{label}: all that stays was sent before the cancel had ended; what is said of 'during' ends there. Give more by --staying.");
        }

        var (sender, tally) = (result.Sender, result.Tally);
        report.Check($"{label}: nothing that matches starts once it is in force", sender.OthersForbidden == 0,
            $"{sender.OthersStarted} started before, {sender.OthersForbidden} after, {sender.OthersRefused} asked for in vain");
        report.Check($"{label}: what stays is sent, each once", tally.Recorded == size.Staying && tally.Claimed == size.Staying && tally.Repeated == 0 && tally.Refused == 0,
            $"{size.Staying} put in, {tally.Recorded} recorded, {tally.Repeated} claimed more than once, {tally.Refused} steps refused");
        await CheckCountsAsync(report, producer, label, result.Count, size.Matching, size.Staying, sender.OthersStarted, cancellationToken);
    }

    private static void AddCalls(Report report, string when, SendWindow window, string label)
    {
        if (window.Calls.Count > 0)
        {
            report.Add($"sender's calls p99, {when}", window.Calls.At(0.99), "ms", label);
            report.Add($"sender's slowest call, {when}", window.Calls.Largest, "ms", label);
        }
    }

    private static async Task CheckCountsAsync(
        Report report, Engine engine, string label, CancelCount count, long matching, long staying, long started, CancellationToken cancellationToken)
    {
        report.Check($"{label}: the counts are exact", count == new CancelCount(matching, matching - started, started),
            $"{matching} put in, {started} of them started before; {count.Matched} matched, {count.Cancelled} cancelled, {count.TooLate} too late");
        var status = await engine.Status.ReadAsync(true, cancellationToken);
        var (cancelled, delivered) = (Of(Status.Cancelled), Of(Status.Delivered));
        report.Check($"{label}: the engine's own counters agree", cancelled == matching - started && delivered == staying + started && status.Unfinished == 0,
            $"{cancelled} cancelled, {delivered} delivered, {status.Unfinished} unfinished");

        long Of(Status one) => status.Tenants.Values.Sum(t => t.GetValueOrDefault(one));
    }

    /// <summary>The promise, for the size of the run.</summary>
    private static Target AMillionIn20Seconds(CancelSize size) => Target.AtMost(20 * size.Matching / 1e6);

    private static Action<long, long> PutIn(ScenarioRun run, string label) => (done, all) => run.Progress($"{label}: {done:N0} of {all:N0} put in");

    /// <param name="Cpu">Redis' processor time, in microseconds.</param>
    private readonly record struct Cost(double Seconds, double Cpu);
}
