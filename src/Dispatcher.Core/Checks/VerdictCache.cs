using System.Collections.Concurrent;

namespace Dispatcher.Core.Checks;

/// <summary>
/// Verdicts that need look-ups, each made once at a time. A pass that has run out is given on while a new verdict is made; a refusal is held
/// briefly, so that who mends a record sees it soon. Safe for concurrent calls; a hit allocates nothing.
/// </summary>
/// <param name="decide">Makes a verdict and says how long it holds; bounded in time by itself.</param>
/// <param name="later">What is being looked up, for those who come back.</param>
/// <param name="mostWaiting">Invitations that wait at once: below the pipeline's least capacity, so that others always get through.</param>
internal class VerdictCache(
    Func<string, CancellationToken, Task<(CheckVerdict Verdict, TimeSpan TimeToLive)>> decide, string later, int mostWaiting, TimeProvider time)
{
    /// <summary>How long an invitation stays in the pipeline for DNS; then it comes back later.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Until it comes back. The look-up goes on meanwhile.</summary>
    public static readonly TimeSpan ComesBackAfter = TimeSpan.FromSeconds(1);

    /// <summary>Evaluations under way at once.</summary>
    private const int MostUnderWay = 256;

    private const int MostEntries = 100_000;

    private static readonly TimeSpan LeastHeld = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MostHeldPass = TimeSpan.FromHours(1);
    private static readonly TimeSpan MostHeldRefusal = TimeSpan.FromMinutes(5);

    /// <summary>After its time; DNS away for longer than that is worth a hold.</summary>
    private static readonly TimeSpan MostStalePass = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _waiting;
    private int _underWay;

    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> fired.</exception>
    public ValueTask<CheckVerdict> GetAsync(string key, CancellationToken cancellationToken)
    {
        var entry = _entries.GetValueOrDefault(key) ?? Add(key);
        if (entry.Made is { } made)
        {
            var age = time.GetElapsedTime(made.At);
            if (age < made.HeldFor)
            {
                return ValueTask.FromResult(made.Verdict);
            }

            if (made.Verdict.Kind == VerdictKind.Pass && age < made.HeldFor + MostStalePass)
            {
                _ = Start(entry);
                return ValueTask.FromResult(made.Verdict);
            }
        }

        return Start(entry) is { } evaluation ? new(WaitAsync(evaluation, cancellationToken)) : ValueTask.FromResult(Later);
    }

    private CheckVerdict Later => CheckVerdict.Hold(ComesBackAfter, later);

    private Entry Add(string key)
    {
        if (_entries.Count >= MostEntries)
        {
            // Far more than there should be: rather begin anew than keep an order that nobody else needs.
            _entries.Clear();
        }

        return _entries.GetOrAdd(key, static added => new(added));
    }

    /// <returns>Null: too many are under way.</returns>
    private Task<CheckVerdict>? Start(Entry entry)
    {
        lock (entry)
        {
            if (entry.UnderWay is { } already)
            {
                return already;
            }

            if (Interlocked.Increment(ref _underWay) > MostUnderWay)
            {
                Interlocked.Decrement(ref _underWay);
                return null;
            }

            return entry.UnderWay = Task.Run(() => EvaluateAsync(entry));
        }
    }

    private async Task<CheckVerdict> EvaluateAsync(Entry entry)
    {
        try
        {
            // Bounded by the evaluator; nobody's token ends it, for others may be waiting too.
            var (verdict, timeToLive) = await decide(entry.Key, CancellationToken.None).ConfigureAwait(false);
            if (verdict.Kind == VerdictKind.Hold)
            {
                // Since the first of those that follow one another.
                verdict = verdict.HeldSince(entry.Made is { Verdict: { Kind: VerdictKind.Hold, Since: { } since } } ? since : time.GetUtcNow());
            }

            var most = verdict.Kind == VerdictKind.Pass ? MostHeldPass : verdict.Kind == VerdictKind.Hold ? LeastHeld : MostHeldRefusal;

            // A pass outlives a failing look-up while it may be stale: its time is not taken anew.
            if (verdict.Kind != VerdictKind.Hold || entry.Made is not { Verdict.Kind: VerdictKind.Pass } made || time.GetElapsedTime(made.At) >= made.HeldFor + MostStalePass)
            {
                entry.Made = new(verdict, time.GetTimestamp(), timeToLive < LeastHeld ? LeastHeld : timeToLive > most ? most : timeToLive);
            }

            return entry.Made.Verdict;
        }
        finally
        {
            lock (entry)
            {
                entry.UnderWay = null;
            }

            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<CheckVerdict> WaitAsync(Task<CheckVerdict> evaluation, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > mostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return Later;
        }

        try
        {
            return await evaluation.WaitAsync(MostWait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!evaluation.IsFaulted)
        {
            // It may have ended in this very moment.
            return evaluation.IsCompletedSuccessfully ? await evaluation.ConfigureAwait(false) : Later;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private sealed class Entry(string key)
    {
        private volatile MadeVerdict? _made;

        public string Key => key;

        /// <summary>Guarded by the entry's own lock.</summary>
        public Task<CheckVerdict>? UnderWay { get; set; }

        /// <summary>Written by the evaluation under way, read by all.</summary>
        public MadeVerdict? Made
        {
            get => _made;
            set => _made = value;
        }
    }

    private sealed record MadeVerdict(CheckVerdict Verdict, long At, TimeSpan HeldFor);
}
