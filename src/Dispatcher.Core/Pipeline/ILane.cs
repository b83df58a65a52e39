namespace Dispatcher.Core.Pipeline;

/// <summary>
/// One lane of the queue engine, as one worker sees it. Every call has a deadline of its own and repeats safely; it throws
/// <see cref="Storage.StorageUnavailableException"/> when the engine can't be reached. Safe for concurrent calls of different members.
/// </summary>
public interface ILane
{
    int Number { get; }

    /// <summary>Claims a fair batch.</summary>
    /// <param name="call">Grows by one for each new claim; the same number again returns what that claim got.</param>
    /// <param name="most">At least 1.</param>
    /// <param name="round">About how many entries all tenants that wait get in turn before the first is served again; what is not more than
    /// <paramref name="most"/>: one claim serves them all. A larger round costs less, for a visit takes more of one tenant, and is longer.</param>
    Task<ClaimAnswer> ClaimAsync(long call, int most, int round, CancellationToken cancellationToken);

    /// <summary>Makes starts and outcomes true. An answer for each step, in order.</summary>
    /// <exception cref="Storage.StorageUnavailableException"><see cref="Storage.StorageUnavailableException.OfThisCall"/>: one of the steps may be why.</exception>
    Task<IReadOnlyList<StepAnswer>> AdvanceAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken);

    /// <summary>Renews the lease and gives back what dead workers held.</summary>
    Task<BeatAnswer> BeatAsync(CancellationToken cancellationToken);

    /// <summary>Moves due work into the queues.</summary>
    Task<PromoteAnswer> PromoteAsync(CancellationToken cancellationToken);

    /// <summary>Keys of the records that this worker holds, as the engine sees it.</summary>
    Task<IReadOnlyList<string>> HeldAsync(CancellationToken cancellationToken);

    /// <summary>Drops the lease, unless something is still held.</summary>
    Task LeaveAsync(CancellationToken cancellationToken);

    /// <summary>Returns when there may be something to claim, as the engine or a heartbeat says, or after <paramref name="longest"/>.</summary>
    Task WaitForWorkAsync(TimeSpan longest, CancellationToken cancellationToken);
}

/// <param name="Entries">What this worker now holds. Fewer than it asked for: nothing more can be claimed now.</param>
/// <param name="ActiveWeight">Sum of the weights of the lane's tenants that have work which could be claimed, before this claim; 0: none has. An
/// estimate while some wait for a destination group without room.</param>
/// <param name="Next">Until the next limited work may be claimed; zero: at once; null: nothing waits for a limit that opens by itself.</param>
public sealed record ClaimAnswer(IReadOnlyList<ClaimedInvitation> Entries, double ActiveWeight, TimeSpan? Next);

/// <param name="Held">How many records the engine says this worker holds.</param>
/// <param name="GivenBack">Claimed invitations of dead workers that went back to their queues.</param>
/// <param name="Uncertain">Attempts of dead workers whose outcome nobody knows.</param>
/// <param name="Poisoned">Invitations set aside because their workers died again and again.</param>
/// <param name="NextDue">Until the next entry of 'later' is due; zero: one is; null: nothing waits there.</param>
/// <param name="More">A call does so much at most; there may be more to do.</param>
public readonly record struct BeatAnswer(int Held, int GivenBack, int Uncertain, int Poisoned, TimeSpan? NextDue, bool More)
{
    /// <summary>What is worth telling of clocks: hosts that keep time differ by less, and a failover between them sets the clock back by less.</summary>
    public static readonly TimeSpan MuchAhead = TimeSpan.FromSeconds(5);

    /// <summary>By how much the lane's clock is ahead of the engine's own, which was set back.</summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>By how much the engine's own clock is ahead of this host's, at least; below zero: behind.</summary>
    public TimeSpan AheadOfHost { get; init; }
}

/// <param name="Moved">Entries moved; as many as a call may move: there is more.</param>
/// <param name="Next">Until the next entry is due; null: nothing waits.</param>
public readonly record struct PromoteAnswer(int Moved, TimeSpan? Next);
