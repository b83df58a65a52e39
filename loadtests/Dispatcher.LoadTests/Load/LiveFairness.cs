using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;
using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Load;

/// <summary>
/// One part of the live fairness scenario: an open-loop producer and a worker whose sender takes exactly so many a second, over a real
/// Redis. Like the product's worker it keeps 100 ms of work ahead and claims when a quarter of that is free; so long is a round.
/// </summary>
internal sealed class LiveFairness
{
    private const int BodyBytes = 450;
    private const int MostPerClaim = 128;
    private const double Prefetch = 0.1;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private readonly LiveSettings _settings;
    private readonly string _redis;
    private readonly double[] _due; // by number; written by the producer before the invitation is put in
    private readonly bool[] _isHog; // as _due
    private readonly bool[] _started;
    private readonly List<double> _hogWaits = [];
    private readonly List<double> _otherWaits = [];
    private long _begun;
    private int _putIn;
    private double _late;
    private long _repeated;
    private long _refused;

    public LiveFairness(LiveSettings settings, string redis)
    {
        _settings = settings;
        _redis = redis;
        var most = (settings.HogBacklog ?? 0) + (2 * settings.Rate * settings.Seconds) + 1000;
        (_due, _isHog, _started) = (new double[most], new bool[most], new bool[most]);
    }

    private double Now => TimeProvider.System.GetElapsedTime(_begun).TotalSeconds;

    public async Task<LiveResult> RunAsync(Action<double, double> progress, CancellationToken cancellationToken)
    {
        await using var door = new Engine(_redis);
        await using var worker = new Engine(_redis);
        if (_settings.HogBacklog is { } backlog)
        {
            Array.Fill(_isHog, true, 0, backlog);
            await Backlog.FillAsync(door.Invitations, 0, backlog, n => TestInvitation.Create(LiveSettings.Hog, n, BodyBytes), null, cancellationToken);
            _putIn = backlog;
        }

        await worker.Lane.BeatAsync(cancellationToken);
        _begun = TimeProvider.System.GetTimestamp();
        using var beating = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beats = BeatAsync(worker.Lane, progress, beating.Token);
        await Task.WhenAll(Task.Run(() => ProduceAsync(door.Invitations, cancellationToken), cancellationToken), Task.Run(() => SendAsync(worker.Lane, cancellationToken), cancellationToken));
        await beating.CancelAsync();
        await beats;

        var status = await door.Status.ReadAsync(false, cancellationToken);
        return new LiveResult(_hogWaits, _otherWaits, _putIn, _started.Count(s => s), status.Unfinished, _repeated, _refused, _late);
    }

    /// <summary>Puts in what is due by plan, whatever the worker does.</summary>
    private async Task ProduceAsync(IInvitationStore store, CancellationToken cancellationToken)
    {
        var hog = new PoissonArrivals(_settings.HogBacklog is null ? 0 : _settings.Rate * LiveSettings.HogShare, new Random(_settings.Seed));
        var others = new PoissonArrivals(_settings.Rate * (1 - LiveSettings.HogShare), new Random(_settings.Seed + 1));
        var choice = new Random(_settings.Seed + 2);
        var zipf = new Zipf(_settings.Others, LiveSettings.ZipfExponent);
        using var timer = new PeriodicTimer(Tick);
        while (Now < _settings.Seconds)
        {
            var batch = new List<NewInvitation>();
            for (var now = Now; Math.Min(hog.Next, others.Next) <= now && _putIn + batch.Count < _due.Length;)
            {
                var isHog = hog.Next <= others.Next;
                var number = _putIn + batch.Count;
                _isHog[number] = isHog;
                _due[number] = isHog ? hog.Next : others.Next;
                batch.Add(TestInvitation.Create(isHog ? LiveSettings.Hog : TestInvitation.Tenant(zipf.Draw(choice)), number, BodyBytes));
                (isHog ? hog : others).Advance();
            }

            if (batch.Count > 0)
            {
                await store.AddAsync(batch, "load-test", cancellationToken);
                _late = Math.Max(_late, Now - _due[_putIn]);
                _putIn += batch.Count;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Claims while there is room, starts at the rate, records what was started a turn before; in the end records the last.</summary>
    private async Task SendAsync(ILane lane, CancellationToken cancellationToken)
    {
        var capacity = Math.Max(4, (int)(_settings.Rate * Prefetch));
        var ahead = new Queue<ClaimedInvitation>();
        List<ClaimedInvitation> sent = [];
        var (call, allowed, last) = (0L, 0.0, 0.0);
        using var timer = new PeriodicTimer(Tick);
        while (Now < _settings.Seconds)
        {
            var room = Math.Min(capacity - ahead.Count, MostPerClaim);
            if (room >= Math.Min(MostPerClaim, capacity / 4))
            {
                foreach (var claimed in (await lane.ClaimAsync(++call, room, capacity, cancellationToken)).Entries)
                {
                    ahead.Enqueue(claimed);
                }
            }

            // An idle sender saves nothing up beyond one turn.
            var now = Now;
            allowed = Math.Min(allowed + ((now - last) * _settings.Rate), ahead.Count == 0 ? _settings.Rate * Tick.TotalSeconds : double.MaxValue);
            last = now;
            var starts = new List<ClaimedInvitation>();
            while (allowed >= 1 && starts.Count < MostPerClaim && ahead.TryDequeue(out var next))
            {
                starts.Add(next);
                allowed--;
            }

            await AdvanceAsync(lane, sent, starts, cancellationToken);
            sent = starts;
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        await AdvanceAsync(lane, sent, [], cancellationToken);
    }

    private async Task AdvanceAsync(ILane lane, List<ClaimedInvitation> sent, List<ClaimedInvitation> starts, CancellationToken cancellationToken)
    {
        if (sent.Count + starts.Count == 0)
        {
            return;
        }

        var answers = await lane.AdvanceAsync([.. sent.Select(Steps.Done), .. starts.Select(Steps.Start)], cancellationToken);
        var now = Now;
        _refused += answers.Count(a => a.Kind != StepAnswerKind.Ok);
        foreach (var number in starts.Select(s => TestInvitation.NumberOf(s.Id)))
        {
            _repeated += _started[number] ? 1 : 0;
            _started[number] = true;
            (_isHog[number] ? _hogWaits : _otherWaits).Add(now - _due[number]);
        }
    }

    private async Task BeatAsync(ILane lane, Action<double, double> progress, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await lane.BeatAsync(cancellationToken);
                progress(Now, _settings.Seconds);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the run is the end of the lease.
        }
    }
}
