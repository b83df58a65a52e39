using System.Threading.Channels;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// The worker: claim → check → start → send → record, over bounded channels. All channels hold as much as the credits ever let in, so a
/// stage waits for credits and never for a full channel. Two stop signals: <c>stopIntake</c> ends claiming and hands back what was not
/// started; <c>abandonWork</c>, at the end of the drain budget, ends what is on the wire. Outcomes are recorded last.
/// </summary>
public sealed partial class WorkerPipeline : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StartAhead = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    private readonly PipelineOptions _options;
    private readonly ISmtpTransport _transport;
    private readonly ITenantDirectory _tenants;
    private readonly IHostApplicationLifetime _host;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkerPipeline> _logger;
    private readonly Credits _credits;
    private readonly Credits _sendCredits;
    private readonly LaneShares _shares;
    private readonly Throughput _throughput = new();
    private readonly Channel<Work> _checks;
    private readonly Channel<Work> _started;
    private readonly LaneLoops[] _lanes;
    private readonly List<Checker> _checkers = [];
    private readonly List<Sender> _senders = [];
    private readonly Sender _handBack;
    private readonly CancellationTokenSource _stopIntake = new();
    private readonly CancellationTokenSource _abandonWork = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<Task> _loops = [];
    private readonly Lock _draining = new();
    private Task? _claiming;
    private Task? _drained;
    private bool _disposed;

    public WorkerPipeline(
        IReadOnlyList<ILane> lanes,
        ISmtpTransport transport,
        Preparer preparer,
        OutcomeMapper mapper,
        ITenantDirectory tenants,
        LeaseOptions lease,
        IOptions<PipelineOptions> options,
        IHostApplicationLifetime host,
        DispatcherMetrics metrics,
        TimeProvider time,
        ILogger<WorkerPipeline> logger)
    {
        _options = options.Value;
        _transport = transport;
        _tenants = tenants;
        _host = host;
        _time = time;
        _logger = logger;
        var capacity = _options.MaxInPipeline;
        _credits = new Credits(Room(0));
        _checks = Bounded(capacity, Stages.Check, metrics);
        _started = Bounded(capacity, Stages.Send, metrics);

        _sendCredits = new Credits(SendRoom(0));
        var shared = new Advancer.Shared(_credits, _sendCredits, _started.Writer, _checks.Writer, _throughput, capacity);
        _shares = new LaneShares(_credits, lanes.Count);
        _lanes = [.. lanes.OrderBy(l => l.Number).Select(NewLane)];
        for (var i = 0; i < Math.Max(2, Environment.ProcessorCount); i++)
        {
            _checkers.Add(new Checker(_checks.Reader, preparer, Of, time, metrics, logger));
        }

        // The transport announces a message while the one before it is on the wire.
        for (var i = 0; i < 2 * transport.Capacity; i++)
        {
            _senders.Add(NewSender());
        }

        _handBack = NewSender();

        Sender NewSender() => new(_started.Reader, transport, mapper, Of, time, metrics, logger);

        LaneLoops NewLane(ILane lane)
        {
            var held = new Lease(time, lease.SafeFor);
            var work = new LaneWork();
            var advancer = new Advancer(lane, work, shared, metrics, time, logger);
            var claimer = new Claimer(lane, _credits, _shares, work, _checks.Writer, _options.ClaimBatch, Round, time, metrics, logger);
            var dueSoon = new Signal(time);
            var heartbeat = new Heartbeat(lane, held, work, dueSoon, metrics, time, logger);
            return new LaneLoops(lane, held, work, advancer, claimer, heartbeat, new Promoter(lane, dueSoon, logger), dueSoon);
        }

        LaneLoops Of(Work work) => _lanes[work.Lane.Number];
    }

    /// <summary>True once a loop died of a bug; the process is stopping then.</summary>
    public bool Failed { get; private set; }

    /// <summary>True from the first stop signal on: not ready for more.</summary>
    public bool Draining => _stopIntake.IsCancellationRequested;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in _lanes)
        {
            Watch(lane.Heartbeat.RunAsync(_stopped.Token));
            Watch(lane.Advancer.RunAsync(_stopIntake.Token, _stopped.Token));
        }

        _checkers.ForEach(c => Watch(Task.Run(() => c.RunAsync(_stopIntake.Token, _stopped.Token), CancellationToken.None)));
        _senders.ForEach(s => Watch(s.RunAsync(_stopIntake.Token, _abandonWork.Token, _stopped.Token)));
        Watch(SampleAsync(_stopped.Token));
        _claiming = Task.WhenAll(_lanes.Select(ClaimAsync));
        return Task.CompletedTask;
    }

    /// <summary>Drains before anything else of the host stops, so that health and metrics can be asked for meanwhile.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    /// <summary>Drains, once: a second call waits for the first.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_draining)
        {
            return _drained ??= DrainAsync(cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        // A host that failed to start never stops its services: the loops must not outlive them.
        _disposed = true;
        _stopIntake.Cancel();
        _stopped.Cancel();
        _shares.Dispose();
        Array.ForEach(_lanes, lane => lane.DueSoon.Dispose());
        _stopIntake.Dispose();
        _abandonWork.Dispose();
        _stopped.Dispose();
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        // 1. No more claims; what was not started goes back to its queue.
        await _stopIntake.CancelAsync().ConfigureAwait(false);

        // One more sender, which by now only hands back: the others may be waiting for a slow relay.
        Watch(_handBack.RunAsync(_stopIntake.Token, _abandonWork.Token, _stopped.Token));
        await (_claiming ?? Task.CompletedTask).ConfigureAwait(false);
        LogDraining(_credits.Taken);

        // 2. What is on the wire may finish, within the budget.
        if (!await EmptyAsync(_options.DrainTimeout, cancellationToken).ConfigureAwait(false))
        {
            LogAbandoning(_credits.Taken);
            await _abandonWork.CancelAsync().ConfigureAwait(false);
            await EmptyAsync(FlushTimeout, cancellationToken).ConfigureAwait(false);
        }

        // 3. The lease goes last: a heartbeat behind it would take it up again.
        await _stopped.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        foreach (var lane in _lanes)
        {
            await LeaveAsync(lane).ConfigureAwait(false);
        }

        LogStopped(_credits.Taken);
    }

    private static Channel<Work> Bounded(int capacity, string stage, DispatcherMetrics metrics)
    {
        var channel = Channel.CreateBounded<Work>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait });
        metrics.RegisterOccupancy(stage, () => (double)channel.Reader.Count / capacity);
        return channel;
    }

    private async Task ClaimAsync(LaneLoops lane)
    {
        var stopping = _stopIntake.Token;
        try
        {
            await _tenants.Loaded.WaitAsync(stopping).ConfigureAwait(false);
            await Task.WhenAll(lane.Claimer.RunAsync(stopping), lane.Promoter.RunAsync(stopping)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Die(e);
        }
    }

    /// <summary>A loop that dies ends the process rather than leave it half alive.</summary>
    private void Watch(Task loop)
    {
        // Taken now: the source may be disposed of when the loop ends.
        var hasStopped = _stopped.Token;
        _loops.Add(Observe());

        async Task Observe()
        {
            try
            {
                await loop.ConfigureAwait(false);
            }
            catch (Exception) when (hasStopped.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                Die(e);
            }
        }
    }

    private void Die(Exception e)
    {
        LogDied(e);
        Failed = true;
        _host.StopApplication();
    }

    /// <summary>Keeps about <see cref="PipelineOptions.Prefetch"/> of the measured rate in the pipeline: fairness is decided late.</summary>
    private async Task SampleAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SampleInterval, _time);
        var sampled = _time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            // On a busy machine a tick comes late, and the next one early.
            var now = _time.GetTimestamp();
            _throughput.Sample(_time.GetElapsedTime(sampled, now));
            sampled = now;
            _credits.Capacity = Room(_throughput.PerSecond);
            _sendCredits.Capacity = SendRoom(_throughput.PerSecond);
        }
    }

    private int Room(double perSecond)
    {
        var needed = (4 * _transport.Capacity) + (perSecond * _options.Prefetch.TotalSeconds);
        return (int)Math.Clamp(needed, 1, _options.MaxInPipeline);
    }

    /// <summary>How many may be started and not sent. Twice the connections, as many as there are senders, and one more: at a stop, what was not
    /// sent is handed back with it even if every sender hangs. And what is sent while the next starts are confirmed: a kill makes as many uncertain that
    /// nobody has got.</summary>
    private int SendRoom(double perSecond) => (2 * _transport.Capacity) + 1 + (int)Math.Min(perSecond * StartAhead.TotalSeconds, _options.MaxInPipeline);

    /// <summary>What a prefetch's time serves: nobody waits much longer for his turn, and a visit takes as many of one tenant as that allows.</summary>
    private int Round() => (int)(_throughput.PerSecond * _options.Prefetch.TotalSeconds);

    private async Task<bool> EmptyAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(budget, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        while (true)
        {
            var change = _credits.Changed;
            if (_credits.Taken == 0)
            {
                return true;
            }

            try
            {
                await change.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return _credits.Taken == 0;
            }
        }
    }

    private async Task LeaveAsync(LaneLoops lane)
    {
        try
        {
            var held = await lane.Lane.HeldAsync(CancellationToken.None).ConfigureAwait(false);
            await lane.Lane.GiveBackAsync(held.Where(k => !lane.Work.Knows(k)), CancellationToken.None).ConfigureAwait(false);
            await lane.Lane.LeaveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            LogNotLeft(lane.Lane.Number, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Draining: {Count} invitations in the pipeline")]
    private partial void LogDraining(int count);

    [LoggerMessage(LogLevel.Warning, "Drain budget used up: abandoning {Count} invitations")]
    private partial void LogAbandoning(int count);

    [LoggerMessage(LogLevel.Information, "Drained; {Count} invitations left to their lease")]
    private partial void LogStopped(int count);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: lease not dropped: {Reason}")]
    private partial void LogNotLeft(int lane, string reason);

    [LoggerMessage(LogLevel.Critical, "A loop of the worker ended by a bug; stopping the process")]
    private partial void LogDied(Exception exception);
}
