using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Storage;

/// <summary>The records, for everyone who is not a worker: doors, commands, HTTP. Safe for concurrent calls.</summary>
/// <remarks>Every call has a deadline of its own and throws <see cref="StorageUnavailableException"/> when Redis can't be reached in it.</remarks>
public interface IInvitationStore
{
    /// <summary>Stores invitations; once this returns, an accepted one is Redis' to keep. Results are in the order of the input.</summary>
    /// <param name="by">The door it came by, for the trail: <c>stream</c>, <c>http</c>, <c>enqueue</c>.</param>
    ValueTask<IReadOnlyList<AddResult>> AddAsync(IReadOnlyList<NewInvitation> invitations, string by, CancellationToken cancellationToken);

    /// <param name="tenant">Null: every tenant that has this id.</param>
    ValueTask<IReadOnlyList<InvitationRecord>> FindAsync(string? tenant, string id, CancellationToken cancellationToken);

    /// <summary>Live records that match, newest first.</summary>
    ValueTask<IReadOnlyList<InvitationRecord>> ListAsync(RecordFilter filter, CancellationToken cancellationToken);

    /// <summary>Cancels what has not begun to be sent. Irreversible.</summary>
    /// <param name="tenant">Null: every tenant that has this id.</param>
    ValueTask<CancelCount> CancelAsync(string? tenant, IReadOnlyList<string> ids, string by, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels everything that matches and was accepted before this call. In force at once: when <paramref name="progress"/> is told for
    /// the first time nothing that matches starts any more. Counting takes longer and goes on in the workers should this call end early.
    /// </summary>
    /// <returns>Exact counts: cancelled by this call, and too late (on the wire or ended). What was cancelled before does not match.</returns>
    ValueTask<CancelCount> CancelAsync(InvitationFilter filter, string by, IProgress<SweepProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Puts what was set aside (status <see cref="Status.InternalError"/>) back into its queue.</summary>
    /// <param name="tenant">Null: every tenant that has this id.</param>
    ValueTask<ReleaseCount> ReleaseAsync(string? tenant, IReadOnlyList<string> ids, string by, CancellationToken cancellationToken);

    /// <summary>Changes the recipient's name of everything that matches, in the way of <see cref="CancelAsync(InvitationFilter, string, IProgress{SweepProgress}?, CancellationToken)"/>.</summary>
    ValueTask<EditCount> EditNameAsync(InvitationFilter filter, string name, string by, IProgress<SweepProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Changes the recipient's name of what has not begun to be sent.</summary>
    ValueTask<EditResult> EditNameAsync(string? tenant, string id, string name, CancellationToken cancellationToken);
}

/// <summary>Which records to list. Null members match everything.</summary>
public sealed record RecordFilter
{
    public string? Tenant { get; init; }
    public Status? Status { get; init; }

    /// <summary>A piece of the recipient's address or of the reference number, without case.</summary>
    public string? Search { get; init; }
    public int Limit { get; init; } = 100;
}

public readonly record struct CancelCount(long Matched, long Cancelled, long TooLate);

/// <param name="NotSetAside">Has another status: nothing was changed.</param>
public readonly record struct ReleaseCount(long Matched, long Released, long NotSetAside);

public enum EditResult
{
    Unset = 0,
    Edited,
    NotFound,
    TooLate,
}

/// <summary>Redis can't be reached, or refuses work for now. The message names the address (without credentials) and the cause.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Redis is there, and failed at what this very call asks for: another call may pass.</summary>
    public bool OfThisCall { get; init; }
}
