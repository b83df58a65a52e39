using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;

namespace Dispatcher.Core.Tests.Pipeline;

/// <summary>A lane in memory: a queue, what is held, and the steps that were asked for. Can be made to fail, and to refuse starts.</summary>
internal sealed class FakeLane : ILane
{
    private readonly Lock _gate = new();
    private readonly LinkedList<ClaimedInvitation> _queue = [];
    private readonly Dictionary<string, ClaimedInvitation> _held = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<Step> _recorded = Channel.CreateBounded<Step>(10_000);

    public int Number => 0;

    /// <summary>Every call fails while true.</summary>
    public volatile bool Away;

    public ConcurrentQueue<Step> Steps { get; } = new();

    /// <summary>What the answer to steps that were made true waits for.</summary>
    public Func<IReadOnlyList<Step>, Task> Answering { get; set; } = _ => Task.CompletedTask;

    /// <summary>The engine is there, and fails at any call with such a step.</summary>
    public volatile Func<Step, bool> FailsAt = _ => false;

    /// <summary>What a start of this key is answered, once, instead of Ok.</summary>
    public ConcurrentDictionary<string, StepAnswer> Refusals { get; } = new();

    /// <summary>What any start is answered, each time.</summary>
    public StepAnswer? AlwaysRefuses { get; set; }

    public bool Left { get; private set; }

    /// <summary>By how much the next beats say that the lane's clock is ahead.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>By how much they say that Redis' clock is ahead of the host's.</summary>
    public TimeSpan AheadOfHost { get; set; }

    /// <summary>Released by each call that fails so.</summary>
    public SemaphoreSlim Failed { get; } = new(0);

    /// <summary>Released by each beat.</summary>
    public SemaphoreSlim Beaten { get; } = new(0);

    public int Queued
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    public int Held
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    public void Add(string id, string email = "eva@example.com", string sender = "", DateTimeOffset? firstAttempt = null, DateTimeOffset? storedAt = null, int attempt = 0, int lastUncertain = 0, byte[]? body = null)
    {
        var claimed = new ClaimedInvitation
        {
            Key = id,
            Tenant = "acme",
            Id = id,
            Body = body ?? Encoding.UTF8.GetBytes($$"""{"recipient":{"email":"{{email}}"},"tenant":"acme","sender":{{(sender.Length > 0 ? $"{{\"email\":\"{sender}\"}}" : "null")}}}"""),
            Attempt = attempt,
            LastUncertain = lastUncertain,
            FirstAttempt = firstAttempt,
            Facts = new FreshFacts(null, 0, null, new Dictionary<string, long>()) { Marks = new() { StoredAt = storedAt } },
        };
        lock (_gate)
        {
            _queue.AddLast(claimed);
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>The next step that was made true, waiting for it.</summary>
    public async Task<Step> NextStepAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _recorded.Reader.ReadAsync(deadline.Token);
    }

    public Task<ClaimAnswer> ClaimAsync(long call, int most, int round, CancellationToken cancellationToken) => Do(() =>
    {
        var claimed = new List<ClaimedInvitation>();
        while (claimed.Count < most && _queue.First is { } first)
        {
            _queue.RemoveFirst();
            _held.Add(first.Value.Key, first.Value);
            claimed.Add(first.Value);
        }

        return new ClaimAnswer(claimed, 1, null);
    });

    public async Task<IReadOnlyList<StepAnswer>> AdvanceAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        if (steps.Any(FailsAt))
        {
            Failed.Release();
            throw new StorageUnavailableException("fails") { OfThisCall = true };
        }

        var answers = await Do<IReadOnlyList<StepAnswer>>(() => [.. steps.Select(Advance)]);
        await Answering(steps);
        return answers;
    }

    public Task<BeatAnswer> BeatAsync(CancellationToken cancellationToken) => Do(() =>
    {
        Beaten.Release();
        return new BeatAnswer(_held.Count, 0, 0, 0, null, false) { ClockAhead = ClockAhead, AheadOfHost = AheadOfHost };
    });

    public Task<PromoteAnswer> PromoteAsync(CancellationToken cancellationToken) => Do(() => new PromoteAnswer(0, null));

    public Task<IReadOnlyList<string>> HeldAsync(CancellationToken cancellationToken) => Do<IReadOnlyList<string>>(() => [.. _held.Keys]);

    public Task LeaveAsync(CancellationToken cancellationToken) => Do(() => Left = _held.Count == 0);

    public Task WaitForWorkAsync(TimeSpan longest, CancellationToken cancellationToken) => _wake.Reader.ReadAsync(cancellationToken).AsTask();

    private StepAnswer Advance(Step step)
    {
        if (step.Kind == StepKind.Start && Refusals.TryRemove(step.Key, out var refusal))
        {
            if (refusal.Kind == StepAnswerKind.Gone)
            {
                _held.Remove(step.Key);
            }

            return refusal;
        }

        if (step.Kind == StepKind.Start && AlwaysRefuses is { } always)
        {
            return always;
        }

        Steps.Enqueue(step);
        _recorded.Writer.TryWrite(step);
        if (step.Kind != StepKind.Start && _held.Remove(step.Key, out var claimed) && step.Kind is StepKind.Back or StepKind.Interrupt)
        {
            _queue.AddFirst(claimed!);
        }

        return new StepAnswer(StepAnswerKind.Ok, null);
    }

    private Task<T> Do<T>(Func<T> call)
    {
        lock (_gate)
        {
            return Away ? Task.FromException<T>(new StorageUnavailableException("away")) : Task.FromResult(call());
        }
    }
}
