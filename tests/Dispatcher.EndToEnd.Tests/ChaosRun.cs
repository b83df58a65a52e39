using System.Diagnostics;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>
/// Workers and Redis killed at random moments under load. What is killed when follows from the seed; what it hits depends on the machine.
/// </summary>
internal sealed class ChaosRun(ChaosOptions options)
{
    private static readonly TimeSpan TakeOverLimit = TimeSpan.FromSeconds(40);
    private readonly Random _random = new(options.Seed);
    private readonly Lock _gate = new();
    private readonly List<double> _claimedElsewhere = []; // under _gate; seconds
    private readonly List<double> _sendingJudged = []; // under _gate; seconds
    private readonly List<Task> _watches = [];
    private int _names;

    public async Task<ChaosReport> RunAsync()
    {
        await using var site = await Site.StartAsync(
            "always", ("Queue__LeaseSeconds", $"{options.LeaseSeconds}"), ("Smtp__Connections", $"{options.Connections}"));
        var alive = new List<Victim>();
        while (alive.Count < options.Workers)
        {
            alive.Add(Launch(site));
        }

        foreach (var victim in alive)
        {
            await victim.Process.WaitForHealthAsync("ready", healthy: true);
        }

        using var deadline = new CancellationTokenSource(options.Limit);
        var producing = site.ProduceStubbornlyAsync(0, options.Invitations, options.Tenants, options.PerSecond, deadline.Token, Address);
        await site.MoreArriveAsync(options.PerSecond / 2, options.Limit);

        var clock = Stopwatch.StartNew();
        foreach (var kill in Kills())
        {
            await Task.Delay(_random.Next(options.ShortestPause, options.LongestPause), deadline.Token);
            if (kill == Kill.Redis)
            {
                await site.Redis.KillAsync();
                await Task.Delay(_random.Next(0, 1000), deadline.Token);
                await site.Redis.StartAgainAsync();
                continue;
            }

            var victim = alive[_random.Next(alive.Count)];
            alive.Remove(victim);
            _watches.Add(WatchAsync(site, victim.Name));
            await victim.Process.KillAsync();
            alive.Add(Launch(site));
        }

        var lasted = clock.Elapsed;
        var rate = site.Receiver.MessagesAccepted / lasted.TotalSeconds;
        await producing;
        var counts = await site.FinishedAsync(options.Invitations, options.Limit);
        await Task.WhenAll(_watches);
        var (setAsideUnsent, poisoned, lost) = await MissingAsync(site);
        return new ChaosReport
        {
            Options = options,
            Lasted = lasted,
            PerSecond = rate,
            Delivered = counts.GetValueOrDefault("delivered"),
            SetAside = counts.GetValueOrDefault("internal-error"),
            SetAsideUnsent = setAsideUnsent,
            Poisoned = poisoned,
            Lost = lost,
            Repeats = site.Repeats,
            Uncertain = await site.UncertainAsync(),
            ClaimedElsewhere = _claimedElsewhere,
            SendingJudged = _sendingJudged,
        };
    }

    /// <summary>What never arrived: set aside, where a human finds it, or lost.</summary>
    private async Task<(int SetAside, int Poisoned, IReadOnlyList<string> Lost)> MissingAsync(Site site)
    {
        var arrived = site.Receiver.Arrivals.Keys.Select(a => a.Recipient).ToHashSet(StringComparer.Ordinal);
        var (setAside, poisoned, lost) = (0, 0, new List<string>());
        foreach (var i in Enumerable.Range(0, options.Invitations).Where(i => !arrived.Contains(Address(i))))
        {
            var record = await site.RecordAsync($"t{i % options.Tenants}", $"n{i}");
            switch (record)
            {
                case { Status: Status.InternalError, Detail: "uncertain" }:
                    setAside++;
                    break;
                case { Status: Status.InternalError, Detail: { } detail } when detail.StartsWith("its worker was lost", StringComparison.Ordinal):
                    poisoned++;
                    break;
                default:
                    lost.Add(Told(i, record));
                    break;
            }
        }

        return (setAside, poisoned, lost);
    }

    private static string Told(int i, InvitationRecord? record) => record is null
        ? $"n{i}: no record"
        : $"n{i}: {record.Status} after {record.Attempt} attempts; {string.Join("; ", record.Trail.Select(line => $"{line}"))}";

    /// <summary>Some take two seconds to be accepted: there is always something on the wire that a kill can hit.</summary>
    private string Address(int i) => i % options.SlowEvery == 0 ? $"slow+{i}@example.com" : $"success+{i}@example.com";

    private Victim Launch(Site site)
    {
        var name = $"w{_names++}";
        return new Victim(name, site.LaunchWorker(("Queue__WorkerName", name)));
    }

    private Kill[] Kills()
    {
        var kills = Enumerable.Repeat(Kill.Worker, options.WorkerKills).Concat(Enumerable.Repeat(Kill.Redis, options.RedisKills)).ToArray();
        _random.Shuffle(kills);
        return kills;
    }

    /// <summary>From now on: when does what it had only claimed go elsewhere, and when is the last of what it was sending judged?</summary>
    private async Task WatchAsync(Site site, string worker)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var clock = Stopwatch.StartNew();
        long? first = null;
        var dropped = false;
        while (await timer.WaitForNextTickAsync())
        {
            if (clock.Elapsed > TakeOverLimit)
            {
                throw new TimeoutException($"what {worker} held was not taken over within {TakeOverLimit.TotalSeconds:0} s");
            }

            if (await site.LookAsync() is not { } look)
            {
                continue;
            }

            var held = look.Workers.FirstOrDefault(w => w.Name.StartsWith(worker + "-", StringComparison.Ordinal))?.Held ?? 0;
            first ??= held;
            lock (_gate)
            {
                // What it had claimed goes first, all at once; what it was sending can't be judged earlier than this.
                var judged = clock.Elapsed > EarliestJudgement;
                if (!dropped && held < first && (held > 0 || !judged))
                {
                    dropped = true;
                    _claimedElsewhere.Add(clock.Elapsed.TotalSeconds);
                }

                if (held == 0)
                {
                    if (first > 0 && judged)
                    {
                        _sendingJudged.Add(clock.Elapsed.TotalSeconds);
                    }

                    return;
                }
            }
        }
    }

    /// <summary>Four leases after its last heartbeat, which was up to a second before the kill.</summary>
    private TimeSpan EarliestJudgement => TimeSpan.FromSeconds((4 * options.LeaseSeconds) - 1.1);

    private enum Kill
    {
        Worker = 0,
        Redis,
    }

    private sealed record Victim(string Name, WorkerProcess Process);
}

/// <summary>How much chaos.</summary>
internal sealed record ChaosOptions
{
    public required int WorkerKills { get; init; }

    public required int RedisKills { get; init; }

    public int Seed { get; init; } = 1;

    public int Workers { get; init; } = 3;

    public int Connections { get; init; } = 8;

    public int LeaseSeconds { get; init; } = 2;

    public int Tenants { get; init; } = 20;

    /// <summary>Invitations a second that the producer adds.</summary>
    public int PerSecond { get; init; } = 300;

    /// <summary>One invitation in so many goes to a receiver that takes its time.</summary>
    public int SlowEvery { get; init; } = 50;

    /// <summary>Milliseconds between two kills.</summary>
    public int ShortestPause { get; init; } = 300;

    /// <inheritdoc cref="ShortestPause"/>
    public int LongestPause { get; init; } = 1300;

    /// <summary>As many as keep the producer busy while kills go on.</summary>
    public int Invitations => (int)((WorkerKills + RedisKills) * (ShortestPause + LongestPause) / 2000.0 * PerSecond);

    public TimeSpan Limit => TimeSpan.FromSeconds(60 + (5 * (WorkerKills + RedisKills)));
}

/// <summary>What became of it all.</summary>
internal sealed record ChaosReport
{
    public required ChaosOptions Options { get; init; }

    public required TimeSpan Lasted { get; init; }

    /// <summary>Messages a second that all workers sent.</summary>
    public required double PerSecond { get; init; }

    public required long Delivered { get; init; }

    /// <summary>Uncertain twice, or held by five workers that died: ended as <c>internal-error</c>, for a human.</summary>
    public required long SetAside { get; init; }

    /// <summary>Of those: neither attempt had come as far as the receiver.</summary>
    public required int SetAsideUnsent { get; init; }

    /// <summary>Set aside because five workers were killed while they held it, one after the other: at this rate of kills that happens by chance.</summary>
    public required int Poisoned { get; init; }

    /// <summary>Never arrived, and nothing says so.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    public required long Repeats { get; init; }

    public required long Uncertain { get; init; }

    public required IReadOnlyList<double> ClaimedElsewhere { get; init; }

    public required IReadOnlyList<double> SendingJudged { get; init; }

    /// <summary>kills × (2 × connections + rate × flush)</summary>
    public double Bound => Options.WorkerKills * RepeatBound.Of(Options.Connections, PerSecond);

    public override string ToString() => $"""
        {Options.WorkerKills} worker kills and {Options.RedisKills} Redis kills (seed {Options.Seed}) in {Lasted.TotalSeconds:0} s at {PerSecond:0} messages/s
        {Options.Invitations} invitations: {Lost.Count} lost, {Delivered} delivered, {SetAside} set aside (never arrived: {SetAsideUnsent} uncertain twice, {Poisoned} with five dead workers)
        repeats {Repeats}, uncertain {Uncertain}, bound {Bound:0}
        claimed runs elsewhere after {Spread(ClaimedElsewhere)}
        sending is judged after {Spread(SendingJudged)}
        {string.Join('\n', Lost)}
        """;

    private static string Spread(IReadOnlyList<double> seconds)
    {
        if (seconds.Count == 0)
        {
            return "(none)";
        }

        var sorted = seconds.Order().ToArray();
        return $"p50 {At(0.5):0.0} s, p95 {At(0.95):0.0} s, max {sorted[^1]:0.0} s ({sorted.Length} times)";

        double At(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
