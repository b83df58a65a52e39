using Dispatcher.Core.Checks;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Pipeline;

/// <summary>One transition that a worker asks for. See <c>advance.lua</c>.</summary>
public sealed record Step
{
    public required StepKind Kind { get; init; }

    public required string Key { get; init; }

    /// <summary>For a start: attempts begun so far. For an outcome: the attempt that ended.</summary>
    public required int Attempt { get; init; }

    /// <summary>The revision that was checked and rendered. Null for steps that do not depend on it.</summary>
    public int? Revision { get; init; }

    /// <summary>Whether it was known that the recipient must not be written to (<see cref="FreshFacts.SuppressedReason"/>).</summary>
    public bool Suppressed { get; init; }

    /// <summary>Final status of a drop or a done.</summary>
    public Status Status { get; init; }

    public string? Detail { get; init; }

    /// <summary>Done: for how long the address is no good for any message of the tenant. Null: it may be.</summary>
    public TimeSpan? Suppress { get; init; }

    public string? Reply { get; init; }

    /// <summary>Who took the message; set only with <see cref="Status.Delivered"/>.</summary>
    public string? AcceptedBy { get; init; }

    /// <summary>Hold, defer: how long to wait. Wait: how long its tenant's queue stays closed. Start: how long a repeat waits should the outcome stay unknown; null: set it aside.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Defer, done: the attempt does not count; its number is used again, and what was reserved for it goes back when it ends.</summary>
    public bool Uncounted { get; init; }

    /// <summary>Start: the calendar month that pays for it. Null when there is no <see cref="MonthlyLimit"/>.</summary>
    public string? Month { get; init; }

    /// <summary>Start: most sends in <see cref="Month"/>; null: no limit.</summary>
    public int? MonthlyLimit { get; init; }

    /// <summary>Wait: the <see cref="Tenants.TenantSettings.MonthlyRule"/> by which it was decided.</summary>
    public string? MonthlyRule { get; init; }

    /// <summary>Start: what the invitation's checks went by, so that it is tested again. Default: nothing beyond what is always tested.</summary>
    public StartGuards Guards { get; init; }

    /// <summary>Start: see <c>RecordKey.OfRecipient</c>; empty: none.</summary>
    public string RecipientHash { get; init; } = "";

    /// <summary>Start: what was known of the recipient when it was decided on.</summary>
    public RecipientFacts Recipient { get; init; }

    /// <summary>Hands a claimed invitation back, whatever its attempt and revision.</summary>
    public static Step Back(string key) => new() { Kind = StepKind.Back, Key = key, Attempt = 0 };
}

/// <summary>Named as the transitions are; <see cref="Wait"/> is a <see cref="Back"/> that closes the tenant's queue for a while.</summary>
public enum StepKind
{
    Unset = 0,
    Start,
    Drop,
    Hold,
    Wait,
    Back,
    Interrupt,
    Defer,
    Unsure,
    Done,

    /// <summary>A start that was confirmed and must be decided again before anything is written.</summary>
    Unstart,
}

/// <summary>What became of a <see cref="Step"/>.</summary>
/// <param name="Kind">See there.</param>
/// <param name="Facts">With <see cref="StepAnswerKind.Changed"/>: decide again on these.</param>
public readonly record struct StepAnswer(StepAnswerKind Kind, FreshFacts? Facts);

public enum StepAnswerKind
{
    Unset = 0,

    /// <summary>Done, or had been done by an earlier try of the same call.</summary>
    Ok,

    /// <summary>Start, drop, hold: something changed since it was decided.</summary>
    Changed,

    /// <summary>Not this worker's any more: cancelled, or judged.</summary>
    Gone,

    /// <summary>An outcome of this attempt is known already.</summary>
    Stale,
}
