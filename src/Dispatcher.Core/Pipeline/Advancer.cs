using System.Threading.Channels;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Microsoft.Extensions.Logging;
using MailChannel = Dispatcher.Core.Invitations.Channel;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Makes starts and outcomes of one lane true: gathers what has come since its last call, outcomes first, into one call of the engine, and
/// hands confirmed starts to the senders. While a call is answered the next may begin, with other steps. Starts only as many as the senders have
/// room for. A call that fails is repeated until it succeeds: outcomes are never dropped. Where the engine is there and fails at one call again and again,
/// its steps are tried in halves; one that fails alone is set aside and tried now and then, and harms nobody else. Ends when it is told to stop, after
/// the drain.
/// </summary>
internal sealed partial class Advancer
{
    // About a millisecond of Redis' time: whoever calls in between waits that long.
    internal const int MostSteps = 128;
    private const int MostTries = 3; // of a call that the engine fails at
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Aside = TimeSpan.FromSeconds(30);

    private readonly ILane _lane;
    private readonly LaneWork _works;
    private readonly Credits _pipelineCredits;
    private readonly Credits _sendCredits;
    private readonly ChannelWriter<Work> _senders;
    private readonly ChannelWriter<Work> _checks;
    private readonly Throughput _throughput;
    private readonly TimeProvider _time;
    private readonly DispatcherMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Channel<Work> _starts;
    private readonly Channel<Work> _outcomes;
    private readonly TwoCalls _calls = new();
    private readonly TaskCompletionSource _bug = new(TaskCreationOptions.RunContinuationsAsynchronously); // of what is set aside
    private readonly Outage _failures; // of single steps; its own lock
    private long _lastCall;
    private Task? _outcomeReady;
    private Task? _startReady;

    public Advancer(ILane lane, LaneWork works, Shared shared, DispatcherMetrics metrics, TimeProvider time, ILogger logger)
    {
        _lane = lane;
        _works = works;
        (_pipelineCredits, _sendCredits, _senders, _checks, _throughput, var capacity) = shared;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _failures = new Outage(time);
        var bounded = new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true };
        _starts = Channel.CreateBounded<Work>(bounded);
        _outcomes = Channel.CreateBounded<Work>(bounded);
        metrics.RegisterOccupancy(Stages.Start, () => (double)_starts.Reader.Count / capacity);
        metrics.RegisterOccupancy(Stages.Record, () => (double)_outcomes.Reader.Count / capacity);
    }

    /// <summary>What all lanes' advancers have in common.</summary>
    public sealed record Shared(Credits Pipeline, Credits Send, ChannelWriter<Work> Senders, ChannelWriter<Work> Checks, Throughput Throughput, int Capacity);

    /// <summary>Takes a checked invitation whose next step is a start, drop, hold, wait or back.</summary>
    public ValueTask StartAsync(Work work, CancellationToken stopped) => _starts.Writer.WriteAsync(work, stopped);

    /// <summary>Takes an attempt's outcome.</summary>
    public ValueTask RecordAsync(Work work, CancellationToken stopped)
    {
        _sendCredits.Return(1);
        return _outcomes.Writer.WriteAsync(work, stopped);
    }

    public async Task RunAsync(CancellationToken stopIntake, CancellationToken stopped)
    {
        while (true)
        {
            await PaceAsync(stopped).ConfigureAwait(false);
            var batch = await GatherAsync(stopIntake, stopped).ConfigureAwait(false);
            _lastCall = _time.GetTimestamp();
            await _calls.AddAsync(CallAsync(batch, MostTries, stopIntake, stopped)).ConfigureAwait(false);
        }
    }

    private async Task CallAsync(List<Work> batch, int tries, CancellationToken stopIntake, CancellationToken stopped)
    {
        var begun = _time.GetTimestamp();
        if (await AdvanceAsync(batch, tries, stopped).ConfigureAwait(false) is { } answers)
        {
            _metrics.StageTook(Stages.Record, _time.GetElapsedTime(begun));
            for (var i = 0; i < batch.Count; i++)
            {
                await ContinueAsync(batch[i], answers[i], stopped).ConfigureAwait(false);
            }
        }
        else if (batch.Count == 1)
        {
            _ = RepeatAsideAsync(batch[0], stopIntake, stopped);
        }
        else
        {
            var half = batch.Count / 2;
            await CallAsync(batch[..half], 1, stopIntake, stopped).ConfigureAwait(false);
            await CallAsync(batch[half..], 1, stopIntake, stopped).ConfigureAwait(false);
        }
    }

    /// <summary>Until it succeeds or the worker stops: whoever mends what the engine fails at need do no more. What has not begun waits in the engine
    /// instead, if that can be: many of a tenant must not take all room. In a drain nothing waits.</summary>
    private async Task RepeatAsideAsync(Work work, CancellationToken stopIntake, CancellationToken stopped)
    {
        try
        {
            IReadOnlyList<StepAnswer>? answers = null;
            if (work.Step!.Kind == StepKind.Start)
            {
                work.Step = work.Decided(StepKind.Hold) with { Detail = "its start could not be recorded", Delay = Aside };
                answers = await AdvanceAsync([work], 1, stopped).ConfigureAwait(false);
            }

            while (answers is null)
            {
                await Task.Delay(Aside, _time, stopIntake).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stopIntake.IsCancellationRequested)
                {
                    await Task.Delay(AfterFailure, _time, stopped).ConfigureAwait(false);
                }

                answers = await AdvanceAsync([work], 1, stopped).ConfigureAwait(false);
            }

            await ContinueAsync(work, answers[0], stopped).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _bug.TrySetException(e);
        }
    }

    private async ValueTask PaceAsync(CancellationToken stopped)
    {
        if (CallPace.At(_throughput.PerSecond) - _time.GetElapsedTime(_lastCall) is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, _time, stopped).ConfigureAwait(false);
        }
    }

    /// <returns>At least one step.</returns>
    private async ValueTask<List<Work>> GatherAsync(CancellationToken stopIntake, CancellationToken stopped)
    {
        var batch = new List<Work>(MostSteps);
        while (true)
        {
            while (batch.Count < MostSteps && _outcomes.Reader.TryRead(out var outcome))
            {
                batch.Add(outcome);
            }

            // A credit for each start; those that turn out to be no start give theirs back after the call.
            var room = _sendCredits.TryTake(MostSteps - batch.Count);
            var taken = 0;
            while (taken < room && _starts.Reader.TryRead(out var start))
            {
                if (stopIntake.IsCancellationRequested && start.Step!.Kind == StepKind.Start)
                {
                    start.Step = Step.Back(start.Key);
                }

                batch.Add(start);
                taken++;
            }

            _sendCredits.Return(room - taken);
            if (batch.Count > 0)
            {
                return batch;
            }

            await WaitAsync(stopped).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(CancellationToken stopped)
    {
        // Waits that did not end are kept for the next time, so that they don't pile up in the channels.
        if (_outcomeReady is null or { IsCompleted: true })
        {
            _outcomeReady = _outcomes.Reader.WaitToReadAsync(stopped).AsTask();
        }

        if (_startReady is null or { IsCompleted: true })
        {
            _startReady = _starts.Reader.WaitToReadAsync(stopped).AsTask();
        }

        // Without a credit a start can't be taken: then it is the credit that is waited for.
        var credit = _sendCredits.Changed;
        var next = _sendCredits.Taken < _sendCredits.Capacity ? _startReady : credit;

        // A call that fails by a bug of ours is known of at once.
        var call = _calls.Last;
        var ended = call.IsCompletedSuccessfully ? Task.WhenAny(_outcomeReady, next, _bug.Task) : Task.WhenAny(_outcomeReady, next, _bug.Task, call);
        await (await ended.WaitAsync(stopped).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <returns>Null: the engine failed at this very call so many times.</returns>
    private async Task<IReadOnlyList<StepAnswer>?> AdvanceAsync(List<Work> batch, int tries, CancellationToken stopped)
    {
        var outage = new Outage(_time);
        var steps = batch.ConvertAll(w => w.Step!);
        while (true)
        {
            try
            {
                return await _lane.AdvanceAsync(steps, stopped).ConfigureAwait(false);
            }
            catch (StorageUnavailableException e)
            {
                var last = e.OfThisCall && --tries == 0;
                if (last && steps.Count == 1)
                {
                    TellAside(steps[0].Key, e.Message);
                }
                else if (outage.IsWorthTelling())
                {
                    LogFailed(_lane.Number, steps.Count, e.Message);
                }

                if (last)
                {
                    return null;
                }
            }

            await Task.Delay(AfterFailure, _time, stopped).ConfigureAwait(false);
        }
    }

    private void TellAside(string key, string reason)
    {
        lock (_failures)
        {
            if (_failures.IsWorthTelling())
            {
                LogAside(_lane.Number, key, reason);
            }
        }
    }

    private async ValueTask ContinueAsync(Work work, StepAnswer answer, CancellationToken stopped)
    {
        var step = work.Step!;
        if (step.Kind == StepKind.Start && answer.Kind == StepAnswerKind.Ok)
        {
            work.Attempt = step.Attempt + 1;
            _metrics.StageTook(Stages.Start, _time.GetElapsedTime(work.ClaimedAt));
            await _senders.WriteAsync(work, stopped).ConfigureAwait(false);
            return;
        }

        if (step.Kind is StepKind.Start or StepKind.Drop or StepKind.Hold or StepKind.Wait or StepKind.Back)
        {
            _sendCredits.Return(1);
        }

        if (answer.Kind == StepAnswerKind.Changed)
        {
            // What is known of the recipient whoever writes comes with a start that it stands against, and stays known.
            work.Facts = answer.Facts!.Recipient == default ? answer.Facts with { Recipient = work.Facts.Recipient } : answer.Facts;
            work.Changes++;
            work.Step = null;
            work.Message = null;
            await _checks.WriteAsync(work, stopped).ConfigureAwait(false);
            return;
        }

        Count(work, step, answer);
        _works.Remove(work);
        _throughput.Add(1);
        _pipelineCredits.Return(1);
    }

    private void Count(Work work, Step step, StepAnswer answer)
    {
        if (answer.Kind != StepAnswerKind.Ok)
        {
            return;
        }

        var status = step.Kind switch
        {
            StepKind.Drop or StepKind.Done => step.Status,
            StepKind.Defer => Status.ScheduledForLater,
            _ => Status.Unset,
        };
        if (status != Status.Unset)
        {
            _metrics.StatusReached(StatusCatalog.Code(status), Codes.Of(work.Invitation?.Channel ?? MailChannel.Email));
        }

        if (step.Kind == StepKind.Unsure)
        {
            _metrics.UncertainSeen();
        }
    }

    [LoggerMessage(LogLevel.Error, "Lane {Lane}: the step of record {Key} can't be recorded and is set aside, to be tried again: {Reason}")]
    private partial void LogAside(int lane, string key, string reason);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: {Count} steps wait to be recorded: {Reason}")]
    private partial void LogFailed(int lane, int count, string reason);
}
